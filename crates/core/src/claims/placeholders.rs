//! Keys that name nobody: which numbers of persons, staff, telephones and others are placeholders.

use super::Claims;
use crate::tables::dictionary::Dictionary;
use crate::tables::placeholder::is_placeholder;
use crate::tables::value::Domain;
use std::collections::BTreeMap;

/// The kinds of key in which placeholders are looked for.
const LOOKED_AT: &[Domain] = &[Domain::Person, Domain::Staff, Domain::Phone, Domain::Device, Domain::Item, Domain::Diagnosis];

/// Placeholders by kind of key, in ascending order.
#[derive(Debug, Default)]
pub(super) struct Placeholders(BTreeMap<Domain, Vec<u32>>);

impl Placeholders {
    pub(super) fn find(dictionaries: &BTreeMap<Domain, Dictionary>) -> Self {
        let of = |domain: &Domain| {
            let dictionary = dictionaries.get(domain)?;
            let keys: Vec<u32> = (0..dictionary.len() as u32).filter(|&key| is_placeholder(dictionary.text(key))).collect();
            (!keys.is_empty()).then_some((*domain, keys))
        };
        Self(LOOKED_AT.iter().filter_map(of).collect())
    }
}

impl Claims {
    /// The placeholders among the keys of a kind.
    pub fn placeholders(&self, domain: Domain) -> &[u32] {
        self.placeholders.0.get(&domain).map_or(&[], Vec::as_slice)
    }

    /// Whether a key names nobody and nothing, such as `0`, `无` or `9999`.
    pub fn is_placeholder(&self, domain: Domain, key: u32) -> bool {
        self.placeholders(domain).binary_search(&key).is_ok()
    }
}
