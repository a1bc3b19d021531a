//! Who shares a store with whom, and whose stock book is late.

use super::World;
use super::providers::ProviderKind;

impl World {
    /// The provider that keeps the book of the store that a provider draws on.
    pub(crate) fn keeper(&self, number: u32) -> u32 {
        let provider = self.provider(number);
        let first = |group: u32| (0..self.providers.len() as u32).find(|&other| self.provider(other).group == Some(group));
        match provider.group {
            Some(group) if group.is_multiple_of(2) => first(group).unwrap_or(number),
            _ => self.chain(number).map_or(number, |chain| chain[0]),
        }
    }

    /// The id of a store that several providers share.
    pub(crate) fn shared_store(&self, number: u32) -> Option<&str> {
        let keeper = self.keeper(number);
        let shares = keeper != number || (number..self.providers.len() as u32).skip(1).take(64).any(|other| self.keeper(other) == number);
        shares.then(|| self.provider(keeper).code.as_str())
    }

    /// The campus that buys for a provider and passes the goods on: the first of a group with stores of their own.
    pub(crate) fn supplier(&self, number: u32) -> Option<u32> {
        let group = self.provider(number).group.filter(|group| !group.is_multiple_of(2))?;
        let first = (0..self.providers.len() as u32).find(|&other| self.provider(other).group == Some(group))?;
        (first != number).then_some(first)
    }

    /// The last two pharmacies of a county are a chain with one store, unless one of them is bent.
    pub(crate) fn chain(&self, number: u32) -> Option<[u32; 2]> {
        if self.provider(number).kind != ProviderKind::Pharmacy {
            return None;
        }
        let county = self.counties.iter().find(|county| county.code == self.provider(number).region)?;
        let &[.., first, second] = county.pharmacies.as_slice() else { return None };
        let is_honest = !self.provider(first).is_bent && !self.provider(second).is_bent;
        (is_honest && (number == first || number == second)).then_some([first, second])
    }

    /// Books that were uploaded up to September only: those of the last clinic of each county, unless it is bent.
    pub(crate) fn is_late(&self, number: u32) -> bool {
        let is_last = self.counties.iter().any(|county| county.clinics.last() == Some(&number));
        is_last && !self.provider(number).is_bent
    }
}
