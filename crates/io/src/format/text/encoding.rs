//! Encodings: telling them apart and reading them as UTF-8.

use encoding_rs::{CoderResult, Decoder, GB18030, UTF_16BE, UTF_16LE};
use std::io::{self, Read};
use std::ops::Range;

/// The encodings that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Also GBK and GB2312, which are parts of it.
    Gb18030,
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Gb18030 => "GB18030",
        }
    }

    fn coding(self) -> Option<&'static encoding_rs::Encoding> {
        match self {
            Self::Utf8 => None,
            Self::Utf16Le => Some(UTF_16LE),
            Self::Utf16Be => Some(UTF_16BE),
            Self::Gb18030 => Some(GB18030),
        }
    }

    /// The whole of `bytes`, which may break off within a character, as UTF-8; what cannot be read becomes U+FFFD, except in UTF-8.
    pub(super) fn decode(self, bytes: &[u8]) -> Vec<u8> {
        match self.coding() {
            None => bytes.to_vec(),
            Some(coding) => {
                let mut text = String::with_capacity(2 * bytes.len());
                let mut decoder = coding.new_decoder_without_bom_handling();
                let mut rest = bytes;
                loop {
                    let (result, read, _) = decoder.decode_to_string(rest, &mut text, false);
                    rest = &rest[read..];
                    if result == CoderResult::InputEmpty {
                        return text.into_bytes();
                    }
                    text.reserve(rest.len() + 16);
                }
            }
        }
    }
}

/// The encoding of a text and the length of the mark that it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Detected {
    pub(super) encoding: Encoding,
    pub(super) mark: usize,
}

/// Judges by samples of a text, of which the first is its head.
///
/// UTF-16 is known by its mark or by the zero bytes of its digits and delimiters. GB18030 is taken only where two or more places are not UTF-8
/// and nearly all of them are GB18030: one bad byte does not make a text GB18030.
pub(super) fn detect(samples: &[Vec<u8>]) -> Detected {
    let head = samples.first().map_or(&[][..], Vec::as_slice);
    match head {
        [0xEF, 0xBB, 0xBF, ..] => return Detected { encoding: Encoding::Utf8, mark: 3 },
        [0xFF, 0xFE, ..] => return Detected { encoding: Encoding::Utf16Le, mark: 2 },
        [0xFE, 0xFF, ..] => return Detected { encoding: Encoding::Utf16Be, mark: 2 },
        _ => {}
    }
    let encoding = by_zeros(head).unwrap_or_else(|| {
        let not_utf8: usize = samples.iter().map(|sample| faults_in_utf8(sample)).sum();
        let is_gb18030 = || 8 * samples.iter().map(|sample| faults_in_gb18030(sample)).sum::<usize>() < not_utf8.max(1);
        let is_other = (not_utf8 >= 2 || (not_utf8 == 0 && is_in_disguise(samples))) && is_gb18030();
        if is_other { Encoding::Gb18030 } else { Encoding::Utf8 }
    });
    Detected { encoding, mark: 0 }
}

fn by_zeros(head: &[u8]) -> Option<Encoding> {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let is_clear = |many: usize, few: usize| 20 * many > head.len() && many > 20 * few;
    if is_clear(odd, even) { Some(Encoding::Utf16Le) } else { is_clear(even, odd).then_some(Encoding::Utf16Be) }
}

/// The faulty places; a character that the sample breaks off is none.
fn faults_in_utf8(sample: &[u8]) -> usize {
    if simdutf8::basic::from_utf8(sample).is_ok() {
        return 0;
    }
    let faulty: Vec<&[u8]> = sample.utf8_chunks().map(|chunk| chunk.invalid()).collect();
    let breaks_off = faulty.last().is_some_and(|last| std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none()));
    faulty.iter().filter(|bytes| !bytes.is_empty()).count() - usize::from(breaks_off)
}

/// Whether what reads as UTF-8 is a mixture of rare scripts without a Chinese, Latin or Greek letter. The GB18030 of some usual words is valid
/// UTF-8: that of \u{533B}\u{9662} reads as a Cyrillic and an Armenian letter.
fn is_in_disguise(samples: &[Vec<u8>]) -> bool {
    let is_rare = |letter: char| matches!(letter, '\u{250}'..='\u{36F}' | '\u{400}'..='\u{7FF}');
    let texts = samples.iter().flat_map(|sample| sample.utf8_chunks()).map(|chunk| chunk.valid());
    let mut letters = texts.flat_map(str::chars).filter(|letter| !letter.is_ascii()).peekable();
    let has_letters = letters.peek().is_some();
    let mut is_russian = true;
    let is_rare = letters.all(|letter| {
        is_russian &= ('\u{400}'..='\u{45F}').contains(&letter);
        is_rare(letter)
    });
    has_letters && is_rare && !is_russian
}

fn faults_in_gb18030(sample: &[u8]) -> usize {
    let text = Encoding::Gb18030.decode(sample);
    memchr::memmem::find_iter(&text, REPLACEMENT).count()
}

/// What stands for bytes that could not be read.
pub(super) const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// A text of another encoding, read as UTF-8.
pub(super) struct Transcoded<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    /// What of `text` has not been handed on.
    ready: Range<usize>,
    is_last: bool,
}

const RAW_BYTES: usize = 1 << 16;

impl<R: Read> Transcoded<R> {
    /// Gives the source back for text that is UTF-8 already.
    pub(super) fn new(source: R, encoding: Encoding) -> Result<Self, R> {
        let Some(coding) = encoding.coding() else { return Err(source) };
        let decoder = coding.new_decoder_without_bom_handling();
        // The most that a byte becomes is three.
        let text = vec![0; 3 * RAW_BYTES + 64];
        Ok(Self { source, decoder, raw: vec![0; RAW_BYTES], text, ready: 0..0, is_last: false })
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = self.source.read(&mut self.raw)?;
        self.is_last = read == 0;
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..read], &mut self.text, self.is_last);
        self.ready = 0..written;
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && !self.is_last {
            self.fill()?;
        }
        let length = into.len().min(self.ready.len());
        into[..length].copy_from_slice(&self.text[self.ready.start..self.ready.start + length]);
        self.ready.start += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn found(bytes: &[u8]) -> Encoding {
        detect(&[bytes.to_vec()]).encoding
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "claim_id,\u{7ED3}\u{7B97}\nC1,\u{533B}\u{9662}\n";
        assert_eq!(found(text.as_bytes()), Encoding::Utf8);
        assert_eq!(found(&GB18030.encode(text).0), Encoding::Gb18030);
        assert_eq!(found(&utf16(text)), Encoding::Utf16Le);
        let swapped: Vec<u8> = utf16(text).chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
        assert_eq!(found(&swapped), Encoding::Utf16Be);
        assert_eq!(detect(&[[b"\xFF\xFE", utf16("a").as_slice()].concat()]), Detected { encoding: Encoding::Utf16Le, mark: 2 });
        assert_eq!(detect(&[b"\xEF\xBB\xBFa".to_vec()]), Detected { encoding: Encoding::Utf8, mark: 3 });
    }

    #[test]
    fn one_bad_byte_does_not_make_another_encoding() {
        assert_eq!(found(b"claim_id\nC1\xE9s\n"), Encoding::Utf8);
        assert_eq!(found(b"claim_id\nC\xFF\nC\xFF\n"), Encoding::Utf8);
        let mut text = "\u{533B}\u{9662},".repeat(100).into_bytes();
        text[40] = 0xFF;
        assert_eq!(found(&text), Encoding::Utf8);
        let mut text = GB18030.encode(&"\u{7ED3}\u{7B97},".repeat(100)).0.into_owned();
        text[40] = 0xFF;
        assert_eq!(found(&text), Encoding::Gb18030);
    }

    #[test]
    fn words_whose_gb18030_is_valid_utf8_are_known() {
        assert_eq!(found(&GB18030.encode("id,name\n1,\u{533B}\u{9662}\n").0), Encoding::Gb18030);
        for text in ["5 \u{3BC}g", "caf\u{E9}", "\u{43C}\u{438}\u{440}", "\u{533B}\u{9662}\u{4BD}"] {
            assert_eq!(found(text.as_bytes()), Encoding::Utf8, "{text}");
        }
    }

    #[test]
    fn a_sample_may_break_off_within_a_character() {
        let utf8 = "a,\u{533B}\u{9662}".as_bytes();
        assert_eq!(found(&utf8[..utf8.len() - 1]), Encoding::Utf8);
        let (gb18030, _, _) = GB18030.encode("a,\u{533B}\u{9662}\u{9662}");
        assert_eq!(found(&gb18030[..gb18030.len() - 1]), Encoding::Gb18030);
    }

    #[test]
    fn texts_are_read_as_utf8_in_pieces_of_any_size() {
        let text = "\u{7ED3}\u{7B97}|@|\u{4E85}\u{20BB7}x\n".repeat(30);
        let gb18030 = GB18030.encode(&text).0.into_owned();
        for (bytes, encoding) in [(gb18030, Encoding::Gb18030), (utf16(&text), Encoding::Utf16Le)] {
            for size in [1, 3, 64] {
                let mut source = Transcoded::new(bytes.as_slice(), encoding).expect("another encoding");
                let (mut read, mut piece) = (Vec::new(), vec![0; size]);
                loop {
                    let length = source.read(&mut piece).expect("no error");
                    if length == 0 {
                        break;
                    }
                    read.extend_from_slice(&piece[..length]);
                }
                assert_eq!(String::from_utf8(read).expect("UTF-8"), text);
            }
        }
    }
}
