#!/usr/bin/env bash
# Makes the fonts of this folder again from Debian's packages. Needs apt-get, dpkg and python3 with venv; README.md
# beside this file says what is made of what. Run it with no arguments; it replaces the font files here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
apt-get download fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji
for package in *.deb; do dpkg -x "$package" root; done
python3 -m venv venv
venv/bin/pip --quiet install fonttools==4.68.0

noto=root/usr/share/fonts/truetype/noto
cjk=root/usr/share/fonts/opentype/noto

# Hinting goes (text is drawn without it), the copyright and licence entries of the name table stay.
subset() { # subset IN OUT ARGUMENTS...
    local from=$1 to=$2
    shift 2
    venv/bin/pyftsubset "$from" --output-file="$here/$to" --no-hinting --name-IDs='*' --notdef-outline "$@"
}

# Whole fonts: every character, every layout rule that is on by default.
both="Sans SansArabic SansArmenian SansBengali SansDevanagari SansGeorgian SansGujarati SansGurmukhi SansHebrew SansKannada
    SansKhmer SansLao SansMalayalam SansTamil SansTelugu SansThaana SansThai"
regular="SansBalinese SansBamum SansCanadianAboriginal SansCham SansCherokee SansEgyptianHieroglyphs SansEthiopic
    SansGothic SansJavanese SansLepcha SansLinearB SansMath SansMongolian SansMyanmar SansNKo SansOgham SansOldItalic
    SansRunic SansSinhala SansSymbols SansSymbols2 SansSyriac SansTaiLe SansTaiViet SansTifinagh SansVai SansYi
    SerifTibetan"
for name in $both; do
    subset "$noto/Noto$name-Regular.ttf" "Noto$name-Regular.ttf" --unicodes='*'
    subset "$noto/Noto$name-Bold.ttf" "Noto$name-Bold.ttf" --unicodes='*'
done
for name in $regular; do
    subset "$noto/Noto$name-Regular.ttf" "Noto$name-Regular.ttf" --unicodes='*'
done

# Han, kana, bopomofo, Hangul with its jamo, their punctuation and symbols, and the forms that Japanese faces are made
# of (box drawing, arrows). Font 3 of the collection prefers the Traditional Chinese shapes. No vertical forms.
han=U+0020,U+1100-11FF,U+2010-2027,U+2030-205E,U+2100-22FF,U+2312,U+2460-25FF,U+2605,U+2606,U+266A,U+266D,U+266F
han+=,U+2E80-303F,U+3041-33FF,U+4E00-9FFF,U+A960-A97F,U+AC00-D7FF,U+F900-FAFF,U+FE30-FE6F,U+FF00-FFEF
# Rarer Han (extension A and beyond) is in Regular alone; the name in bold falls back to it.
rare=U+3400-4DBF,U+20000-2FA1F
cjk_subset() { # cjk_subset WEIGHT UNICODES
    subset "$cjk/NotoSansCJK-$1.ttc" "NotoSansCJKtc-$1.otf" --font-number=3 --unicodes="$2" \
        --layout-features=ccmp,ljmo,vjmo,tjmo,liga,mark,mkmk
}
cjk_subset Regular "$han,$rare"
cjk_subset Bold "$han"

# As it is: the bitmaps are nearly all of it.
cp "$noto/NotoColorEmoji.ttf" "$here/NotoColorEmoji.ttf"
ls -l "$here"
