//! Draws welcome cards in many scripts and on many backgrounds into one picture, to be looked at:
//! `cargo run -p card --example sheet -- OUT.png`.

use std::error::Error;
use std::fs::File;

use card::{Background, CARD_HEIGHT_PX, CARD_WIDTH_PX, Format, Painter, WelcomeCard};

const COLUMNS: usize = 3;

const NAMES: [(&str, &str); 24] = [
    ("Ada", "The Tea House"),
    ("小林 さくら", "茶室"),
    ("محمد الفارسي", "مجلس الشاي"),
    ("שלום כהן", "בית התה"),
    ("สมชาย ใจดี", "โรงน้ำชา"),
    ("प्रिया शर्मा", "चाय घर"),
    ("김민지", "찻집"),
    ("👩‍👩‍👧‍👦🇹🇼❤️👍🏽🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🎉 Party 🎉"),
    ("𝓐𝓵𝓲𝓬𝓮 𝕭𝖔𝖇", "𝔗𝔢𝔞"),
    ("Đặng Thị Ngọc Ánh", "Nguyễn & Łukasz"),
    (
        "薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇薔薇",
        "A guild whose name goes on and on until it cannot be shown any longer, truly",
    ),
    ("Wolfeschlegelsteinhausenbergerdo", "Pangram & Sons"),
    ("Z̸̢̛͚̱̪͎̯̿̽̈́͆̇͠a̵̡̛̞̟̗͓̐̌̉͌̈́l̷̨̫̗̮͉̀̈́̍̊͘g̴̢͔̞̠̦̈́̐̏̓̚͝o̵̡̢̘̯͋̈́͋̇͘", "H̷̛̯e̶̡͝"),
    ("(╯°□°)╯︵ ┻━┻", "ʕ•ᴥ•ʔ"),
    ("꧁༺ 𓆩Ghost𓆪 ༻꧂", "★彡 ꕥ 彡★"),
    ("Ωmega Жук", "Ελληνικά"),
    ("   ", "Empty name"),
    ("أحمد Ahmed 123", "abc אבג def"),
    ("বাংলা தமிழ்", "ქართული Հայերեն"),
    ("ខ្មែរ မြန်မာ", "አማርኛ ລາວ"),
    ("ᴀʙᴄ ᗩᗷᑕ ⓐⓑⓒ", "🅰🅱 ½ ①"),
    ("𠮷田 㐂", "龍龖"),
    ("gjpqy ÀÉÎÕÜ", "x"),
    ("1️⃣2️⃣ #️⃣ ☺️ ☺ ♥ ✨", "༼ つ ◕_◕ ༽つ"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let out = arguments.next().ok_or("name the file to write")?;
    let mut backgrounds = vec![Background::built_in()];
    for path in arguments {
        backgrounds.push(Background::decode(&std::fs::read(path)?)?);
    }
    let mut painter = Painter::with_format(Format::Png);
    let (width, height) = (CARD_WIDTH_PX as usize, CARD_HEIGHT_PX as usize);
    let rows = NAMES.len().div_ceil(COLUMNS);
    let mut sheet = vec![0; COLUMNS * width * rows * height * 3];
    for (index, (name, guild_name)) in NAMES.into_iter().enumerate() {
        let picture = painter.welcome(&WelcomeCard {
            name: name.to_owned(),
            guild_name: guild_name.to_owned(),
            member_number: Some(1234 * index as u64),
            avatar: None,
            background: backgrounds[index % backgrounds.len()].clone(),
        })?;
        let mut card = vec![0; width * height * 3];
        png::Decoder::new(std::io::Cursor::new(picture.bytes))
            .read_info()?
            .next_frame(&mut card)?;
        for (y, line) in card.chunks_exact(width * 3).enumerate() {
            let at = ((index / COLUMNS * height + y) * COLUMNS + index % COLUMNS) * width * 3;
            sheet[at..at + line.len()].copy_from_slice(line);
        }
    }
    let mut encoder = png::Encoder::new(
        File::create(out)?,
        (COLUMNS * width) as u32,
        (rows * height) as u32,
    );
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(&sheet)?;
    Ok(())
}
