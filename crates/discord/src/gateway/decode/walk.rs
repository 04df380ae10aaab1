//! A walk through JSON that takes what it is asked for and checks the rest.
//!
//! It knows JSON as Discord writes it: no spaces, ids as strings of digits. Whatever else it meets, sound or not, ends the
//! walk with `None`, and serde judges the text from its beginning. What the walk accepts, serde accepts with the same values,
//! which a test shows for texts made and damaged at random.

use super::values::Id;

/// A place in a text.
pub(super) struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walk<'a> {
    /// At a byte of a text.
    pub(super) fn from(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// An object. `field` is called behind each key, and has to take its value.
    #[inline]
    pub(super) fn object(&mut self, mut field: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.eat(b'}') {
            return Some(());
        }
        loop {
            let key = self.text()?;
            self.expect(b':')?;
            field(self, key)?;
            match self.byte()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// `None` within for a null, else what `value` takes.
    #[inline]
    pub(super) fn nullable<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.peek()? == b'n' {
            return self.literal("null").map(|()| None);
        }
        value(self).map(Some)
    }

    /// A string without escapes.
    #[inline]
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let begins = self.at;
        let ends = self.special()?;
        self.expect(b'"')?;
        self.text.get(begins..ends)
    }

    pub(super) fn bool(&mut self) -> Option<bool> {
        if self.peek()? == b't' {
            self.literal("true").map(|()| true)
        } else {
            self.literal("false").map(|()| false)
        }
    }

    /// A whole number of at most 19 digits.
    pub(super) fn number(&mut self) -> Option<u64> {
        let begins = self.at;
        let (number, len) = self.digits()?;
        let leads_with_zero = len > 1 && self.bytes()[begins] == b'0';
        (!leads_with_zero).then_some(number)
    }

    /// A snowflake: a string of at most 19 digits.
    pub(super) fn id(&mut self) -> Option<Id> {
        self.expect(b'"')?;
        let (id, _) = self.digits()?;
        self.expect(b'"')?;
        Some(Id(id))
    }

    /// A list of snowflakes, for which memory is taken once.
    pub(super) fn ids(&mut self) -> Option<Vec<Id>> {
        self.expect(b'[')?;
        if self.eat(b']') {
            return Some(Vec::new());
        }
        let rest = &self.bytes()[self.at..];
        let list = &rest[..rest.iter().position(|byte| *byte == b']')?];
        let mut ids = Vec::with_capacity(list.iter().filter(|byte| **byte == b',').count() + 1);
        loop {
            ids.push(self.id()?);
            match self.byte()? {
                b',' => {}
                b']' => return Some(ids),
                _ => return None,
            }
        }
    }

    /// Any value, which is only checked. Nested up to 63 deep.
    pub(super) fn skip(&mut self) -> Option<()> {
        // A bit for each open object (1) or list (0), innermost last, below one that says where they begin.
        let mut open = 1_u64;
        loop {
            match self.byte()? {
                b'"' => self.skip_text()?,
                b'{' => {
                    if !self.eat(b'}') {
                        open = nest(open, 1)?;
                        self.skip_key()?;
                        continue;
                    }
                }
                b'[' => {
                    if !self.eat(b']') {
                        open = nest(open, 0)?;
                        continue;
                    }
                }
                b'n' => self.literal("ull")?,
                b't' => self.literal("rue")?,
                b'f' => self.literal("alse")?,
                b'-' => self.skip_number()?,
                b'0'..=b'9' => {
                    self.at -= 1;
                    self.skip_number()?;
                }
                _ => return None,
            }
            loop {
                if open == 1 {
                    return Some(());
                }
                let in_object = open & 1 == 1;
                match self.byte()? {
                    b',' => {
                        if in_object {
                            self.skip_key()?;
                        }
                        break;
                    }
                    b'}' if in_object => open >>= 1,
                    b']' if !in_object => open >>= 1,
                    _ => return None,
                }
            }
        }
    }

    fn skip_key(&mut self) -> Option<()> {
        self.expect(b'"')?;
        self.skip_text()?;
        self.expect(b':')
    }

    /// The rest of a string, with its closing quote.
    #[inline]
    fn skip_text(&mut self) -> Option<()> {
        loop {
            self.special()?;
            match self.byte()? {
                b'"' => return Some(()),
                b'\\' => self.skip_escape()?,
                _ => return None,
            }
        }
    }

    /// An escape behind its backslash. Whether a surrogate has its other half is of no interest in what is passed over.
    fn skip_escape(&mut self) -> Option<()> {
        match self.byte()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let digits = self.bytes().get(self.at..self.at + 4)?;
                self.at += 4;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(())
            }
            _ => None,
        }
    }

    /// A number behind its sign, without an exponent.
    fn skip_number(&mut self) -> Option<()> {
        self.number()?;
        if self.eat(b'.') {
            self.digits()?;
        }
        // Of one that goes on, serde knows more.
        (!matches!(self.peek(), Some(b'0'..=b'9' | b'.' | b'e' | b'E'))).then_some(())
    }

    /// Goes to where the string at hand ends, escapes something, or holds what it must not.
    #[inline]
    fn special(&mut self) -> Option<usize> {
        // Eight bytes at once. In the lowest byte that is marked the mark is right; above it a borrow may set others.
        while let Some(eight) = self.eight() {
            let zero_where = |differs: u64| differs.wrapping_sub(ONES) & !differs;
            let control = eight.wrapping_sub(ONES * 0x20) & !eight;
            let marked = (control
                | zero_where(eight ^ (ONES * u64::from(b'"')))
                | zero_where(eight ^ (ONES * u64::from(b'\\'))))
                & (ONES * 0x80);
            if marked != 0 {
                self.at += (marked.trailing_zeros() / 8) as usize;
                return Some(self.at);
            }
            self.at += 8;
        }
        while !matches!(self.peek()?, b'"' | b'\\' | 0..0x20) {
            self.at += 1;
        }
        Some(self.at)
    }

    /// One to 19 digits, and how many they are.
    #[inline]
    fn digits(&mut self) -> Option<(u64, usize)> {
        let begins = self.at;
        let mut number = 0;
        // A snowflake has two of these, and a few single ones.
        while self.at - begins < 16
            && let Some(eight) = self.eight().and_then(eight_digits)
        {
            number = number * 100_000_000 + eight;
            self.at += 8;
        }
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            if self.at - begins == 19 {
                return None;
            }
            number = number * 10 + u64::from(digit - b'0');
            self.at += 1;
        }
        let len = self.at - begins;
        (len > 0).then_some((number, len))
    }

    /// The next eight bytes, the first of them lowest.
    #[inline]
    fn eight(&self) -> Option<u64> {
        let eight = self.bytes().get(self.at..)?.first_chunk()?;
        Some(u64::from_le_bytes(*eight))
    }

    #[inline]
    fn literal(&mut self, literal: &str) -> Option<()> {
        let ends = self.at + literal.len();
        let is_it = self.bytes().get(self.at..ends)? == literal.as_bytes();
        self.at = ends;
        is_it.then_some(())
    }

    #[inline]
    pub(super) fn expect(&mut self, expected: u8) -> Option<()> {
        (self.byte()? == expected).then_some(())
    }

    #[inline]
    fn eat(&mut self, wanted: u8) -> bool {
        let is_it = self.peek() == Some(wanted);
        self.at += usize::from(is_it);
        is_it
    }

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }
}

/// Every byte is 1.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The number that eight digits are, the first of them lowest; `None` where one is no digit.
#[inline]
fn eight_digits(eight: u64) -> Option<u64> {
    let high = ONES * 0xf0;
    // A digit is 0x30 to 0x39: its upper half is 3, and still is when 6 is added.
    if eight & high != ONES * 0x30 || eight.wrapping_add(ONES * 6) & high != ONES * 0x30 {
        return None;
    }
    // Ones with their tens, then hundreds, then ten thousands.
    let ones = eight & (ONES * 0x0f);
    let pairs = (ones * 10 + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}

/// Nests an object (1) or a list (0).
fn nest(open: u64, kind: u64) -> Option<u64> {
    (open.leading_zeros() > 0).then_some(open << 1 | kind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_of_up_to_nineteen_digits_are_read(
            id in any::<u64>(),
            digits in 1_usize..=19,
            behind in "[0-9a-f\",/:]{0,10}",
        ) {
            let id = id % 10_u64.pow(u32::try_from(digits).expect("few"));
            let text = format!("\"{id:0digits$}\"{behind}");
            let mut walk = Walk::from(&text, 0);
            prop_assert_eq!(walk.id().map(|id| id.0), Some(id));
            prop_assert_eq!(walk.at, digits + 2);
        }

        #[test]
        fn what_are_not_digits_alone_is_no_id(text in "[0-9]{0,9}[^0-9\"][0-9]{0,9}") {
            let text = format!("\"{text}\"");
            prop_assert!(Walk::from(&text, 0).id().is_none());
        }

        #[test]
        fn strings_end_at_their_quote(text in "[^\"\\\\\\x00-\\x1f]{0,40}", behind in "\\PC{0,10}") {
            let whole = format!("\"{text}\"{behind}");
            prop_assert_eq!(Walk::from(&whole, 0).text(), Some(text.as_str()));
        }
    }
}
