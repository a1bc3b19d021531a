//! The clock of a data set: a fixed distance from universal time.

use chrono::{DateTime, FixedOffset};

/// A fixed offset from universal time, in seconds.
///
/// Moments that carry a zone are brought to this clock; moments without one are taken as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    seconds: i32,
}

impl Default for Zone {
    /// The clock of Asia/Shanghai, which has had no summer time since 1991.
    fn default() -> Self {
        Self { seconds: 8 * 3_600 }
    }
}

impl Zone {
    /// Seconds east of universal time.
    pub fn seconds(self) -> i64 {
        i64::from(self.seconds)
    }

    /// The form that [`Zone::parse`] reads.
    pub(crate) fn written(self) -> String {
        let (sign, minutes) = (if self.seconds < 0 { '-' } else { '+' }, self.seconds.abs() / 60);
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// Reads `+08:00`, `-0530`, `UTC`, `Z` or `Asia/Shanghai`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "UTC" | "Z" => return Some(Self { seconds: 0 }),
            "Asia/Shanghai" => return Some(Self::default()),
            _ => {}
        }
        let (sign, digits) = match text.split_at_checked(1)? {
            ("+", digits) => (1, digits),
            ("-", digits) => (-1, digits),
            _ => return None,
        };
        let digits: String = digits.chars().filter(|&c| c != ':').collect();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (hours, minutes) = (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?);
        (hours <= 14 && minutes < 60).then_some(Self { seconds: sign * (hours * 3_600 + minutes * 60) })
    }

    /// The local form of a text that ends in a zone; `None` where it has none or is not a moment.
    pub(crate) fn local(self, text: &str) -> Option<String> {
        const SHORTEST: usize = "2024-01-01T00:00Z".len();
        const FORMS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
        let text = text.trim();
        let bytes = text.as_bytes();
        if bytes.len() < SHORTEST {
            return None;
        }
        let tail = &bytes[bytes.len() - 6..];
        if !(tail.ends_with(b"Z") || tail.iter().any(|byte| matches!(byte, b'+' | b'-'))) {
            return None;
        }
        let moment = FORMS.iter().find_map(|form| DateTime::parse_from_str(text, form).ok())?;
        let offset = FixedOffset::east_opt(self.seconds)?;
        Some(moment.with_timezone(&offset).format("%Y-%m-%d %H:%M:%S%.f").to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read() {
        for (text, seconds) in [("+08:00", 28_800), ("-0530", -19_800), ("UTC", 0), ("Asia/Shanghai", 28_800)] {
            let zone = Zone::parse(text);
            assert_eq!(zone.map(Zone::seconds), Some(seconds), "{text}");
            assert_eq!(zone.and_then(|zone| Zone::parse(&zone.written())), zone, "{text}");
        }
        for text in ["", "8", "+8", "+25:00", "+08:61", "Europe/Paris", "＋08:00", "+0é0"] {
            assert_eq!(Zone::parse(text), None, "{text}");
        }
    }

    #[test]
    fn texts_with_a_zone_become_local() {
        let local = |text| Zone::default().local(text);
        assert_eq!(local("2024-01-01T23:30:00Z").as_deref(), Some("2024-01-02 07:30:00"));
        assert_eq!(local("2024-01-01 23:30:00+08:00").as_deref(), Some("2024-01-01 23:30:00"));
        assert_eq!(local("2024-01-01 23:30:00.5 +0000").as_deref(), Some("2024-01-02 07:30:00.500"));
        assert_eq!(local("2024-01-01 23:30:00+00").as_deref(), Some("2024-01-02 07:30:00"));
        for text in ["2024-01-01", "2024-01-01 23:30:00", "2024-01-01T23:30:00", "not a moment at all, Z", ""] {
            assert_eq!(local(text), None, "{text}");
        }
    }
}
