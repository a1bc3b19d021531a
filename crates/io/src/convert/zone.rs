//! Moments with a zone become local ones, so that nothing further on knows of zones.

use crate::layout::Zone;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowTimestampType, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray, downcast_dictionary_array};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use std::sync::Arc;

/// The column on the given clock; moments without a zone stay as they are.
pub(super) fn localise(column: &ArrayRef, zone: Zone) -> Result<ArrayRef, ArrowError> {
    Ok(match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, Some(_)) => shift::<TimestampSecondType>(column, zone, 1),
        DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => shift::<TimestampMillisecondType>(column, zone, 1_000),
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => shift::<TimestampMicrosecondType>(column, zone, 1_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => shift::<TimestampNanosecondType>(column, zone, 1_000_000_000),
        DataType::Utf8 => texts(column, || column.as_string::<i32>().iter(), zone),
        DataType::LargeUtf8 => texts(column, || column.as_string::<i64>().iter(), zone),
        DataType::Utf8View => texts(column, || column.as_string_view().iter(), zone),
        DataType::Dictionary(_, _) => {
            let any: &dyn Array = column.as_ref();
            downcast_dictionary_array!(
                any => Arc::new(DictionaryArray::try_new(any.keys().clone(), localise(any.values(), zone)?)?),
                _ => column.clone()
            )
        }
        _ => column.clone(),
    })
}

fn shift<T: ArrowTimestampType>(column: &ArrayRef, zone: Zone, per_second: i64) -> ArrayRef {
    let by = zone.seconds() * per_second;
    let local = column.as_primitive::<T>().unary::<_, T>(|moment| moment.saturating_add(by));
    Arc::new(local.with_timezone_opt(None::<Arc<str>>))
}

fn texts<'a, I: Iterator<Item = Option<&'a str>>>(column: &ArrayRef, cells: impl Fn() -> I, zone: Zone) -> ArrayRef {
    if !cells().flatten().any(|text| zone.local(text).is_some()) {
        return column.clone();
    }
    let local = cells().map(|cell| cell.map(|text| zone.local(text).unwrap_or_else(|| text.to_owned())));
    Arc::new(local.collect::<StringArray>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::TimestampMillisecondArray;
    use arrow_array::types::Int32Type;

    #[test]
    fn zoned_moments_become_local() {
        let moments = TimestampMillisecondArray::from(vec![Some(0), None]).with_timezone("UTC");
        let local = localise(&(Arc::new(moments) as ArrayRef), Zone::default()).expect("local");
        assert_eq!(local.data_type(), &DataType::Timestamp(TimeUnit::Millisecond, None));
        assert_eq!(local.as_primitive::<TimestampMillisecondType>().iter().collect::<Vec<_>>(), [Some(28_800_000), None]);

        let texts: DictionaryArray<Int32Type> = [Some("2024-01-01T00:00:00Z"), Some("2024-01-01")].into_iter().collect();
        let local = localise(&(Arc::new(texts) as ArrayRef), Zone::default()).expect("local");
        let local = super::super::text::plain(&local).expect("texts");
        assert_eq!(local.as_string::<i32>().iter().collect::<Vec<_>>(), [Some("2024-01-01 08:00:00"), Some("2024-01-01")]);
    }

    #[test]
    fn moments_without_a_zone_stay() {
        let column: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![5]));
        assert_eq!(&localise(&column, Zone::default()).expect("local"), &column);
    }
}
