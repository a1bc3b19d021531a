//! PostgreSQL's `numeric` as it is sent, written as decimal text. No digit is lost, whatever the precision.

const NEGATIVE: u16 = 0x4000;
const NOT_A_NUMBER: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;
const DIGITS_PER_GROUP: usize = 4;

/// Appends the number; `None` where the bytes are no `numeric`.
///
/// They are the number of groups, the power of 10,000 of the first, the sign, the number of decimals, and then the groups.
pub(super) fn write(bytes: &[u8], to: &mut String) -> Option<()> {
    let mut words = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let count = words.next()?;
    let weight = i32::from(words.next()? as i16);
    let sign = words.next()?;
    let decimals = usize::from(words.next()?);
    let groups = bytes.get(8..8 + 2 * usize::from(count))?;
    match sign {
        NOT_A_NUMBER => to.push_str("NaN"),
        INFINITY => to.push_str("Infinity"),
        NEGATIVE_INFINITY => to.push_str("-Infinity"),
        _ => {
            if sign == NEGATIVE {
                to.push('-');
            }
            write_digits(groups, weight, decimals, to);
        }
    }
    Some(())
}

fn write_digits(groups: &[u8], weight: i32, decimals: usize, to: &mut String) {
    // The group of 10,000 to this power; 0 where it is not sent.
    let group = |power: i32| {
        let at = usize::try_from(weight - power).ok().map(|index| 2 * index);
        at.and_then(|at| groups.get(at..at + 2)).map_or(0, |pair| u16::from_be_bytes([pair[0], pair[1]]))
    };
    let start = to.len();
    for power in (0..=weight).rev() {
        let digits = digits_of(group(power));
        // Only the first group is without zeros in front.
        let skipped = if to.len() == start { digits.iter().take_while(|&&digit| digit == b'0').count() } else { 0 };
        to.extend(digits[skipped..].iter().map(|&digit| char::from(digit)));
    }
    if to.len() == start {
        to.push('0');
    }
    if decimals > 0 {
        to.push('.');
        let fraction = (1..).flat_map(|place| digits_of(group(-place)));
        to.extend(fraction.take(decimals).map(char::from));
    }
}

fn digits_of(group: u16) -> [u8; DIGITS_PER_GROUP] {
    [1000, 100, 10, 1].map(|unit| b'0' + (group / unit % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &[u16]) -> Option<String> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let mut text = String::new();
        write(&bytes, &mut text).map(|()| text)
    }

    #[test]
    fn numbers_are_written_with_all_their_decimals() {
        const MINUS_ONE: u16 = u16::MAX;
        let cases: [(&[u16], &str); 8] = [
            (&[2, 0, 0, 2, 812, 5000], "812.50"),
            (&[0, 0, 0, 2], "0.00"),
            (&[1, MINUS_ONE, NEGATIVE, 4, 50], "-0.0050"),
            (&[1, u16::MAX - 1, 0, 8, 1], "0.00000001"),
            (&[1, 1, 0, 0, 12], "120000"),
            (&[3, 2, 0, 1, 1, 2, 3], "100020003.0"),
            (&[0, 0, NOT_A_NUMBER, 0], "NaN"),
            (&[0, 0, NEGATIVE_INFINITY, 0], "-Infinity"),
        ];
        for (words, expected) in cases {
            assert_eq!(text(words).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_cut_short_is_no_number() {
        for words in [&[][..], &[1, 0, 0], &[2, 0, 0, 2, 812]] {
            assert_eq!(text(words), None);
        }
    }
}
