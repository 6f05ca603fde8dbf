//! Numbers of people within texts: mobile numbers, landlines with their area, numbers of identity, e-mail addresses, number plates; digits in any
//! dress, with signs between.

use std::ops::Range;

/// What stands in the place of a number that was taken out.
const TAKEN: &str = "***";

/// How the eleven digits of a mobile number are set apart.
const MOBILE: [&[usize]; 9] =
    [&[11], &[3, 4, 4], &[4, 3, 4], &[3, 3, 5], &[3, 8], &[5, 6], &[7, 4], &[5, 3, 3], &[3, 2, 2, 2, 2]];
/// How a number of identity is: place, date of birth, number and check character.
const IDENTITY: [&[usize]; 6] = [&[18], &[6, 8, 4], &[6, 12], &[14, 4], &[10, 8], &[6, 4, 4, 4]];
/// Words right before a landline whose area is not set apart: without one it may be any code.
const CALLED: [&str; 10] = ["电话", "座机", "固话", "联系", "传真", "来电", "致电", "TEL", "PHONE", "FAX"];
/// Words in Latin letters that stand right before a number.
const BEFORE: [&str; 13] =
    ["tel", "phone", "mobile", "mob", "cell", "m", "t", "id", "no", "wx", "vx", "wechat", "weixin"];
/// First characters of Chinese number plates.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// Last characters of number plates of one use.
const USES: &str = "挂学警港澳使领试超";

/// The text without the numbers of people in it; `None` where it has none. O(text).
#[must_use]
pub fn without(text: &str) -> Option<String> {
    let found = spans(text);
    if found.is_empty() {
        return None;
    }
    let (mut left, mut from) = (String::with_capacity(text.len()), 0);
    for span in found {
        left += text.get(from..span.start).unwrap_or_default();
        left += TAKEN;
        from = span.end;
    }
    left += text.get(from..).unwrap_or_default();
    Some(left)
}

/// Whether a text is a number of a person and no more.
#[must_use]
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim();
    matches!(spans(text).as_slice(), [one] if one.start == 0 && one.end == text.len())
}

/// A character with the place it stands at, full-width ones turned into what they mean.
type Mark = (usize, char);

/// Where numbers stand, from first to last, none over another.
fn spans(text: &str) -> Vec<Range<usize>> {
    if !may_hold(text) {
        return Vec::new();
    }
    let marks: Vec<Mark> = text.char_indices().map(|(at, c)| (at, narrow(c))).collect();
    let end_of = |mark: usize| marks.get(mark).map_or(text.len(), |&(at, _)| at);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < marks.len() {
        let length = number(&marks, at).or_else(|| landline(&marks, at));
        let length = length.or_else(|| plate(&marks, at)).or_else(|| mail(&marks, at));
        if let Some(length) = length {
            found.push(end_of(at)..end_of(at + length));
        }
        at += length.unwrap_or(1);
    }
    found
}

/// Whether a text has what a number cannot be without: three digits, full-width ones or a sign of e-mail.
fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Full-width, and the lead bytes of other digits.
    let wide = || {
        bytes.windows(2).any(|pair| pair == [0xEF, 0xBC] || pair == [0xF0, 0x9D] || pair == [0xE2, 0x91])
            || bytes.iter().any(|byte| [0xD9, 0xDB].contains(byte))
    };
    bytes.iter().filter(|byte| byte.is_ascii_digit()).nth(2).is_some() || bytes.contains(&b'@') || wide()
}

/// A full-width letter, digit or sign as the half-width one, in capitals.
fn narrow(c: char) -> char {
    let code = c as u32;
    let c = match code {
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x3000 | 0xA0 | 0x2002..=0x200A | 0x202F => ' ',
        0x2010..=0x2015 | 0x2212 => '-',
        0x1D7CE..=0x1D7FF => digit(code - 0x1D7CE),
        0x2460..=0x2468 => digit(code - 0x2460 + 1),
        0x24EA => '0',
        0x0660..=0x0669 => digit(code - 0x0660),
        0x06F0..=0x06F9 => digit(code - 0x06F0),
        _ => c,
    };
    c.to_ascii_uppercase()
}

/// The digit of a number, counted on over sets of ten.
fn digit(number: u32) -> char {
    char::from_digit(number % 10, 10).unwrap_or('0')
}

/// What stands between groups of digits: blanks, lines, and signs that are not seen.
fn is_between(c: char) -> bool {
    matches!(c, ' ' | '-' | '\t' | '\n' | '\r' | '\u{ad}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{feff}')
}

/// What stands between groups of digits where the same sign stands between all of three or more.
fn is_drawn(c: char) -> bool {
    matches!(c, '.' | '/' | '_' | '·' | ',' | ':')
}

/// The length of a mobile number or a number of identity that begins at a place.
fn number(marks: &[Mark], from: usize) -> Option<usize> {
    let sign = |at: usize| marks.get(at).map(|&(_, c)| c);
    let plus = sign(from) == Some('+');
    if !(plus || sign(from)?.is_ascii_digit()) || !begins(marks, from) {
        return None;
    }
    let groups = groups(marks, from + usize::from(plus));
    let digits = |range: Range<usize>| -> String { groups[range].iter().map(|group| group.0.as_str()).collect() };
    let lengths: Vec<usize> = groups.iter().map(|group| group.0.len()).collect();
    // A prefix of the country stands in a group of its own, or right before the number.
    let country = |text: &str| ["86", "086", "0086", "0"].contains(&text);
    let skips = usize::from(groups.first().is_some_and(|group| country(&group.0)) && groups.len() > 1);
    for pattern in MOBILE {
        let until = skips + pattern.len();
        if lengths.get(skips..until) == Some(pattern) && is_mobile(&digits(skips..until)) && ends(marks, &groups, until)
        {
            return Some(groups[until - 1].1 - from);
        }
    }
    if let Some((first, end)) = groups.first()
        && let Some(rest) = ["0086", "086", "86", "0"].iter().find_map(|country| first.strip_prefix(country))
        && is_mobile(rest)
        && ends(marks, &groups, 1)
    {
        return Some(end - from);
    }
    if let Some(length) = drawn(marks, from) {
        return Some(length);
    }
    let identity = IDENTITY.iter().find(|pattern| {
        let until = pattern.len();
        lengths.get(..until) == Some(**pattern) && is_identity(&digits(0..until)) && ends(marks, &groups, until)
    });
    identity.map(|pattern| groups[pattern.len() - 1].1 - from)
}

/// The length of a mobile number in three groups with the same sign between them.
fn drawn(marks: &[Mark], from: usize) -> Option<usize> {
    let sign = |at: usize| marks.get(at).map(|&(_, c)| c);
    let (mut at, mut digits, mut between) = (from, String::new(), None);
    for length in [3, 4, 4] {
        if at > from {
            let one = sign(at).filter(|&c| is_drawn(c))?;
            if *between.get_or_insert(one) != one {
                return None;
            }
            at += 1;
        }
        let group: String = (at..).map_while(sign).take(length).take_while(char::is_ascii_digit).collect();
        at += length;
        digits += &group;
    }
    let next = |off: usize| sign(at + off);
    let goes_on = next(0).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        || next(0) == between && next(1).is_some_and(|c| c.is_ascii_digit());
    let before = from.checked_sub(1).and_then(sign).is_some_and(is_drawn);
    (is_mobile(&digits) && !goes_on && !before).then_some(at - from)
}

/// The length of a landline that begins at a place, with its extension: the area set apart by a sign or in brackets, or the
/// whole right behind a word for it.
fn landline(marks: &[Mark], from: usize) -> Option<usize> {
    let sign = |at: usize| marks.get(at).map(|&(_, c)| c);
    let before = |back: usize| from.checked_sub(back).and_then(sign);
    // A code in parts may have one like an area.
    let in_code = before(1) == Some('-') && before(2).is_some_and(|c| c.is_ascii_alphanumeric());
    let open = sign(from)? == '(';
    if !(open || sign(from)? == '0') || in_code || !begins(marks, from) {
        return None;
    }
    if open {
        let area: String = (from + 1..).map_while(sign).take(5).take_while(char::is_ascii_digit).collect();
        let close = from + 1 + area.len();
        let local = close + 1 + usize::from(sign(close + 1).is_some_and(is_between));
        let end = (sign(close)? == ')').then(|| local_end(marks, &groups(marks, local), &area))?;
        return end.map(|end| end - from);
    }
    let groups = groups(marks, from);
    let (first, end) = groups.first()?;
    if is_called(marks, from) && is_joined(first) && ends(marks, &groups, 1) {
        return Some(end - from);
    }
    local_end(marks, groups.get(1..)?, first).map(|end| end - from)
}

/// Whether digits are an area and a number in it.
fn is_joined(digits: &str) -> bool {
    let parts = [3, 4].into_iter().filter_map(|area| digits.split_at_checked(area));
    parts.into_iter().any(|(area, local)| is_line(area, local))
}

/// Whether there may be such a number in an area: areas of three digits have numbers of eight.
fn is_line(area: &str, local: &str) -> bool {
    is_area(area) && is_local(local) && (area.len() == 4 || local.len() == 8)
}

/// Where a landline ends whose area stands apart before these groups of digits.
fn local_end(marks: &[Mark], groups: &[(String, usize)], area: &str) -> Option<usize> {
    const LOCAL: [&[usize]; 5] = [&[8], &[7], &[4, 4], &[3, 4], &[4, 3]];
    let lengths: Vec<usize> = groups.iter().map(|group| group.0.len()).collect();
    let pattern = LOCAL.iter().find(|pattern| lengths.get(..pattern.len()) == Some(**pattern))?;
    let digits: String = groups[..pattern.len()].iter().map(|group| group.0.as_str()).collect();
    let fits = is_line(area, &digits);
    let until = pattern.len();
    let extension = groups.get(until).is_some_and(|(text, _)| (2..=6).contains(&text.len()));
    let whole = [until + usize::from(extension), until].into_iter().find(|&until| ends(marks, groups, until));
    whole.filter(|_| fits).map(|until| groups[until - 1].1)
}

/// Whether a text is a landline without its area.
pub(super) fn is_local(text: &str) -> bool {
    let digits: String = text.chars().map(narrow).filter(|&c| !is_between(c)).collect();
    (7..=8).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(digits.as_bytes().first(), Some(b'2'..=b'9'))
}

/// Whether some digits are an area of landlines: 010, 02x and four digits from 03 to 09.
fn is_area(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'0', b'1', b'0'] | [b'0', b'2', b'0'..=b'9'] => true,
        [b'0', b'3'..=b'9', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether a word for a telephone stands right before a place.
fn is_called(marks: &[Mark], at: usize) -> bool {
    let before: String = marks[..at].iter().rev().take(8).map(|&(_, c)| c).collect();
    let word = before.trim_start_matches([':', ' ', '(', '\u{ff1a}']);
    CALLED.iter().any(|known| word.starts_with(&known.chars().rev().collect::<String>()))
}

/// Most signs between two groups of digits.
const BETWEEN: usize = 3;

/// Groups of digits with a few signs between them, a check character X among them, each with its end.
fn groups(marks: &[Mark], from: usize) -> Vec<(String, usize)> {
    let mut groups: Vec<(String, usize)> = Vec::new();
    let mut at = from;
    while groups.len() < 6 {
        let is_part = |&&(_, c): &&Mark| c.is_ascii_digit() || c == 'X';
        let text: String = marks[at..].iter().take(24).take_while(is_part).map(|&(_, c)| c).collect();
        if text.is_empty() {
            break;
        }
        at += text.len();
        groups.push((text, at));
        let signs = marks[at..].iter().take(BETWEEN).take_while(|&&(_, c)| is_between(c)).count();
        if signs == 0 {
            break;
        }
        at += signs;
    }
    groups
}

/// Whether a number may begin at a place: what stands before is no part of a longer one.
fn begins(marks: &[Mark], at: usize) -> bool {
    let Some(&(_, before)) = at.checked_sub(1).and_then(|before| marks.get(before)) else { return true };
    let is_digit = |at: Option<usize>| at.and_then(|at| marks.get(at)).is_some_and(|&(_, c)| c.is_ascii_digit());
    match before {
        '.' | '/' | '_' => !is_digit(at.checked_sub(2)),
        '-' | '+' => true,
        c if c.is_ascii_digit() => false,
        c if c.is_ascii_alphabetic() => {
            let word: String =
                marks[..at].iter().rev().map(|&(_, c)| c).take_while(char::is_ascii_alphabetic).collect();
            BEFORE.iter().any(|known| known.chars().rev().eq(word.chars().map(|c| c.to_ascii_lowercase())))
        }
        _ => true,
    }
}

/// Whether a number may end with a group: nothing of a longer one follows.
fn ends(marks: &[Mark], groups: &[(String, usize)], until: usize) -> bool {
    let Some(&(_, end)) = groups.get(until - 1) else { return false };
    let next = |off: usize| marks.get(end + off).map(|&(_, c)| c);
    let fraction = next(0) == Some('.') && next(1).is_some_and(|c| c.is_ascii_digit());
    let joined = until > 1 && next(0) == Some('-') && next(1).is_some_and(|c| c.is_ascii_digit());
    !(fraction || joined || next(0).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// Eleven digits, the first three of a mobile network (numbering plan of the ministry, 2017 and later).
fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let network = |first: u8, second: u8, third: u8| match (first, second) {
        (b'1', b'3' | b'8') => true,
        (b'1', b'4') => third != b'2' && third != b'3',
        (b'1', b'5') => third != b'4',
        (b'1', b'6') => matches!(third, b'2' | b'5' | b'6' | b'7'),
        (b'1', b'7') => third != b'9',
        (b'1', b'9') => third != b'4',
        _ => false,
    };
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && network(bytes[0], bytes[1], bytes[2])
}

/// Seventeen digits with a date of birth in them and the check character of GB 11643-1999 (ISO 7064, MOD 11-2).
fn is_identity(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |range: Range<usize>| bytes[range].iter().fold(0_u32, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    let born = (1800..2100).contains(&number(6..10))
        && (1..=12).contains(&number(10..12))
        && (1..=31).contains(&number(12..14));
    let sum = (0..17).fold(0_u32, |sum, at| (sum + u32::from(bytes[at] - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    let last = if check == 10 { b'X' } else { b'0' + check as u8 };
    born && bytes[17] == last
}

/// The length of a number plate that begins at a place: province, letter, five or six letters and digits.
fn plate(marks: &[Mark], from: usize) -> Option<usize> {
    let sign = |at: usize| marks.get(from + at).map(|&(_, c)| c);
    if !PROVINCES.contains(sign(0)?) || !sign(1)?.is_ascii_uppercase() {
        return None;
    }
    let gap = usize::from(matches!(sign(2), Some(' ' | '-' | '·' | '•' | '.' | '・')));
    let rest: Vec<char> = (2 + gap..).map_while(sign).take(8).take_while(char::is_ascii_alphanumeric).collect();
    let special = usize::from(sign(2 + gap + rest.len()).is_some_and(|c| USES.contains(c)));
    let digits = rest.iter().filter(|c| c.is_ascii_digit()).count();
    let long = rest.len() + special;
    (digits >= 3 && (5..=6).contains(&long)).then_some(2 + gap + long)
}

/// The length of an e-mail address that begins at a place.
fn mail(marks: &[Mark], from: usize) -> Option<usize> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let run =
        |from: usize, is: &dyn Fn(char) -> bool| marks[from..].iter().take(80).take_while(|&&(_, c)| is(c)).count();
    let first = marks.get(from)?.1;
    let before = from.checked_sub(1).and_then(|at| marks.get(at)).is_some_and(|&(_, c)| is_local(c));
    if before || !first.is_ascii_alphanumeric() {
        return None;
    }
    let local = run(from, &is_local);
    if marks.get(from + local)?.1 != '@' {
        return None;
    }
    let mut host = run(from + local + 1, &is_host);
    while host > 0 && marks.get(from + local + host).is_some_and(|&(_, c)| matches!(c, '.' | '-')) {
        host -= 1;
    }
    let name: String = marks[from + local + 1..].iter().take(host).map(|&(_, c)| c).collect();
    let (_, top) = name.rsplit_once('.')?;
    (top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(local + 1 + host)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text as an input method writes it: digits, letters and signs full-width.
    fn wide(text: &str) -> String {
        let wide = |c: char| match c {
            ' ' => '\u{3000}',
            '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
            _ => c,
        };
        text.chars().map(wide).collect()
    }

    #[test]
    fn numbers_are_found_in_any_dress() {
        let plain = [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "138\u{a0}0013\u{a0}8000",
            "+86 138 0013 8000",
            "+8613800138000",
            "86-13800138000",
            "0086 13800138000",
            "11010519491231002X",
            "11010519491231002x",
            "110105 19491231 002X",
            "440524188001010014",
            "0898-66776677",
            "0898-66776677-801",
            "138.1234.5678",
            "138/1234/5678",
            "138 - 1234 - 5678",
            "138 12 34 56 78",
            "138\u{2060}1234\u{ad}5678",
            "013812345678",
            "1101051949 1231002X",
            "0898 6677 6677",
            "(0898)66776677",
            "(0898) 6677-6677",
            "010-62778899",
            "0371-6677889",
            "zhang.san@example.com",
            "li_si@gov.example.cn",
        ];
        let plates = ["琼A12345", "琼A·12345", "粤B D12345", "京A1234警"];
        let all = plain.iter().map(|text| (*text).to_owned()).chain(plain.iter().map(|text| wide(text)));
        for text in all.chain(plates.iter().map(|text| (*text).to_owned())) {
            assert!(is_one(&text), "{text}");
            let within = format!("请联系张三({text}),下午");
            assert_eq!(without(&within).as_deref(), Some("请联系张三(***),下午"), "{text}");
        }
        assert_eq!(without("电话13800138000、13900139000转8").as_deref(), Some("电话***、***转8"));
        assert_eq!(without("Tel13800138000").as_deref(), Some("Tel***"));
        assert_eq!(without("电话：089866776677").as_deref(), Some("电话：***"));
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "460106001001001001",
            "110105194912310021",
            "11010519491231002",
            "46010600100",
            "12345678901",
            "0.13800138000",
            "13800138000.25",
            "138001380001",
            "2019-11-13 18:30:22",
            "0898-12345",
            "0898-16776677",
            "0898-667766",
            "0898-66776677.5",
            "089866776677",
            "06037101110",
            "2016-66776677",
            "46-0398-2345678",
            "138.1234567",
            "138.12345678,35.1234567",
            "138.1234.5678.12",
            "1:138.1234.5678",
            "020-1234567",
            "0001-66776677",
            "110.3312345, 20.0312345",
            "a13800138000f",
            "G15沈海高速",
            "15400000000",
            "3100@",
            "@home",
            "E-mail: none",
            "",
        ] {
            assert_eq!(without(text), None, "{text}");
        }
    }
}
