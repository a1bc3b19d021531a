//! Identifiers that a spreadsheet has turned into numbers, and so robbed of digits.

/// What is wrong with a number like `6.22E+17` where an identifier belongs.
pub(super) const ROUNDED: &str = "an identifier written as a rounded number such as 6.22E+17: format the column as text and export again";

/// Whether a cell has the form of a rounded number: `6.22E+17` or `6.22e17`.
#[inline]
pub(super) fn is_rounded(cell: &[u8]) -> bool {
    // The exponent has at most three digits and a sign, so that its letter is among the last five bytes.
    let tail = &cell[cell.len().saturating_sub(5)..];
    cell.len() >= 5 && cell[0].is_ascii_digit() && tail.iter().any(|byte| matches!(byte, b'e' | b'E')) && has_exponent(cell)
}

fn has_exponent(cell: &[u8]) -> bool {
    let Some(at) = cell.iter().position(|byte| matches!(byte, b'e' | b'E')) else { return false };
    let (mantissa, exponent) = (&cell[..at], &cell[at + 1..]);
    let points = memchr::memchr_iter(b'.', mantissa).count();
    let is_number = mantissa.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') && points <= 1;
    let digits = exponent.strip_prefix(b"+").unwrap_or(exponent);
    // `12E17` may well be a code; a sign or a point tells that it is none.
    let is_sure = exponent.len() > digits.len() || points == 1;
    is_number && is_sure && digits.len() <= 3 && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_numbers_are_told_from_codes() {
        for cell in ["6.22E+17", "1E+18", "6.22e17", "4.5E+017"] {
            assert!(is_rounded(cell.as_bytes()), "{cell}");
        }
        for cell in ["", "E11.9", "12E17", "3E5", "6.22", "622E", "1.2.3E+4", "A.2E+17", "6.22E-3", "622000000000000017", "1.5E+1234"] {
            assert!(!is_rounded(cell.as_bytes()), "{cell}");
        }
    }
}
