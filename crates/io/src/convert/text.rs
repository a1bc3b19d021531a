//! Texts: blanks, codes, constants and texts put together.

use crate::layout::Codes;
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowDictionaryKeyType, Float32Type, Float64Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Int32Array, PrimitiveArray, StringArray, downcast_dictionary_array, new_null_array,
};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use arrow_select::nullif::nullif;
use std::sync::Arc;

/// The texts that stand for a missing value.
pub(crate) struct Blanks {
    words: Vec<String>,
    /// Whether a text that starts with this byte could be one of them.
    starts: [bool; 256],
}

impl Blanks {
    pub(crate) fn new(words: &[String]) -> Self {
        let words: Vec<String> = words.iter().map(|word| word.trim().to_owned()).collect();
        let mut starts = [false; 256];
        let first = words.iter().filter_map(|word| word.bytes().next());
        // White space, in ASCII and as UTF-8 begins it elsewhere.
        for byte in first.chain(0..=b' ').chain([0xc2, 0xe1, 0xe2, 0xe3]) {
            starts[usize::from(byte)] = true;
        }
        Self { words, starts }
    }

    fn has(&self, text: &str) -> bool {
        text.bytes().next().is_none_or(|first| {
            let trimmed = if self.starts[usize::from(first)] { text.trim() } else { return false };
            trimmed.is_empty() || self.words.iter().any(|word| word == trimmed)
        })
    }

    /// The column with its blank texts made null; other columns as they are.
    pub(crate) fn clear(&self, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let blank: Option<Vec<bool>> = match column.data_type() {
            DataType::Utf8 => self.find(column.as_string::<i32>().iter()),
            DataType::LargeUtf8 => self.find(column.as_string::<i64>().iter()),
            DataType::Utf8View => self.find(column.as_string_view().iter()),
            DataType::Dictionary(_, _) => {
                let any: &dyn Array = column.as_ref();
                downcast_dictionary_array!(any => self.find_keyed(any)?, _ => None)
            }
            _ => None,
        };
        blank.map_or_else(|| Ok(column.clone()), |blank| nullif(column, &BooleanArray::from(blank)))
    }

    fn find<'a>(&self, texts: impl ExactSizeIterator<Item = Option<&'a str>>) -> Option<Vec<bool>> {
        let rows = texts.len();
        let mut blank = Vec::new();
        for (row, text) in texts.enumerate() {
            if text.is_some_and(|text| self.has(text)) {
                blank.resize(rows, false);
                blank[row] = true;
            }
        }
        (!blank.is_empty()).then_some(blank)
    }

    fn find_keyed<K: ArrowDictionaryKeyType>(&self, column: &DictionaryArray<K>) -> Result<Option<Vec<bool>>, ArrowError> {
        let values = match column.values().data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => plain(column.values())?,
            _ => return Ok(None),
        };
        let blank = self.find(values.as_string::<i32>().iter());
        Ok(blank.map(|blank| (0..column.len()).map(|row| column.key(row).is_some_and(|key| blank[key])).collect()))
    }
}

/// The column as plain texts. Floats are written without an exponent.
pub(crate) fn plain(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let written = |numbers: &mut dyn Iterator<Item = Option<String>>| Arc::new(numbers.collect::<StringArray>()) as ArrayRef;
    match column.data_type() {
        DataType::Float64 => {
            Ok(written(&mut column.as_primitive::<Float64Type>().iter().map(|value| value.map(|value| value.to_string()))))
        }
        DataType::Float32 => {
            Ok(written(&mut column.as_primitive::<Float32Type>().iter().map(|value| value.map(|value| value.to_string()))))
        }
        _ => cast(column, &DataType::Utf8),
    }
}

/// The same text in every row.
pub(super) fn repeat(value: &str, rows: usize) -> ArrayRef {
    let keys: Int32Array = PrimitiveArray::from_value(0, rows);
    let values: ArrayRef = Arc::new(StringArray::from(vec![value]));
    DictionaryArray::<Int32Type>::try_new(keys, values).map_or_else(|_| new_null_array(&DataType::Utf8, rows), |column| Arc::new(column))
}

/// The column with its values replaced by what `codes` has for them; other values stay.
pub(super) fn recode(column: &ArrayRef, codes: &Codes) -> Result<ArrayRef, ArrowError> {
    let replace = |texts: &StringArray| -> ArrayRef {
        Arc::new(texts.iter().map(|text| text.and_then(|text| codes.word(text))).collect::<StringArray>())
    };
    let any: &dyn Array = column.as_ref();
    downcast_dictionary_array!(
        any => Ok(Arc::new(any.with_values(replace(plain(any.values())?.as_string::<i32>())))),
        _ => Ok(replace(plain(column)?.as_string::<i32>()))
    )
}

/// The texts of a row put together; null where one of them is.
pub(super) fn join(columns: &[ArrayRef], with: &str) -> Result<ArrayRef, ArrowError> {
    let columns = columns.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<&StringArray> = columns.iter().map(AsArray::as_string::<i32>).collect();
    let rows = texts.first().map_or(0, |column: &&StringArray| column.len());
    let joined = (0..rows).map(|row| {
        let parts = texts.iter().map(|column| column.is_valid(row).then(|| column.value(row))).collect::<Option<Vec<&str>>>();
        parts.map(|parts| parts.join(with))
    });
    Ok(Arc::new(joined.collect::<StringArray>()))
}

/// The text before the first place where `mark` stands, trimmed; null where nothing stands before it.
pub(super) fn before(column: &ArrayRef, mark: &str) -> Result<ArrayRef, ArrowError> {
    let column = plain(column)?;
    let head = |text: &'_ str| text.split(mark).next().map(str::trim).filter(|head| !head.is_empty()).map(str::to_owned);
    Ok(Arc::new(column.as_string::<i32>().iter().map(|text| text.and_then(head)).collect::<StringArray>()))
}

/// Names in the place of identity numbers: a tilde and 16 hexadecimal digits, the same for a number however it is spaced or capitalised.
///
/// They keep numbers out of results and papers. They are no anonymity: who can guess a number can check it.
pub(super) fn pseudonyms(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let column = plain(column)?;
    Ok(Arc::new(column.as_string::<i32>().iter().map(|text| text.map(pseudonym)).collect::<StringArray>()))
}

fn pseudonym(number: &str) -> String {
    let number: String = number.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect();
    let hash = blake3::Hash::from_bytes(blake3::derive_key("claimsift 2026-11 pseudonym of a person", number.as_bytes()));
    format!("~{}", &hash.to_hex()[..16])
}

/// So many missing texts.
pub(super) fn nulls(rows: usize) -> ArrayRef {
    new_null_array(&DataType::Utf8, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(column: &ArrayRef) -> Vec<Option<String>> {
        let column = plain(column).expect("texts");
        column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
    }

    #[test]
    fn blanks_become_null_in_every_kind_of_text() {
        let blanks = Blanks::new(&["NA".to_owned()]);
        let texts = vec![Some("NA"), Some("NAB"), Some("  "), Some(""), None, Some(" NA "), Some("\u{3000}")];
        let columns: [ArrayRef; 3] = [
            Arc::new(StringArray::from(texts.clone())),
            Arc::new(arrow_array::StringViewArray::from(texts.clone())),
            Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>()),
        ];
        for column in columns {
            let cleared = blanks.clear(&column).expect("cleared");
            assert_eq!(strings(&cleared), [None, Some("NAB".to_owned()), None, None, None, None, None]);
        }
    }

    #[test]
    fn codes_replace_values_of_any_type() {
        let codes = Codes::new(vec![("1".to_owned(), "male".to_owned())]);
        let columns: [ArrayRef; 3] = [
            Arc::new(Int32Array::from(vec![Some(1), Some(9), None])),
            Arc::new(StringArray::from(vec![Some("1"), Some("9"), None])),
            Arc::new([Some("1"), Some("9"), None].into_iter().collect::<DictionaryArray<Int32Type>>()),
        ];
        for column in columns {
            let words = recode(&column, &codes).expect("recoded");
            assert_eq!(strings(&words), [Some("male".to_owned()), Some("9".to_owned()), None]);
        }
    }

    #[test]
    fn the_text_before_a_mark() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![Some("I10 |E11"), Some("I10"), Some("|E11"), None]));
        let heads = before(&column, "|").expect("heads");
        assert_eq!(strings(&heads), [Some("I10".to_owned()), Some("I10".to_owned()), None, None]);
    }

    #[test]
    fn a_number_has_one_pseudonym() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![Some("50990119900101001X"), Some("509901 19900101 001x"), Some("5"), None]));
        let names = strings(&pseudonyms(&column).expect("names"));
        assert_eq!(names[0], names[1]);
        assert_ne!(names[0], names[2]);
        assert!(names[0].as_ref().is_some_and(|name| name.len() == 17 && name.starts_with('~')));
        assert_eq!(names[3], None);
    }

    #[test]
    fn joined_texts_need_all_parts() {
        let left: ArrayRef = Arc::new(StringArray::from(vec![Some("39"), None]));
        let right: ArrayRef = Arc::new(Int32Array::from(vec![230, 10]));
        assert_eq!(strings(&join(&[left, right], "-").expect("joined")), [Some("39-230".to_owned()), None]);
    }
}
