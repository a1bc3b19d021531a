//! Which rows may be compared at all: strata, and what stands in for a small one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The stratum of a row: the kind and level of a provider, in codes of the caller's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Stratum {
    /// Kind of provider.
    pub kind: u8,
    /// Its level within the kind.
    pub level: u8,
}

/// How widely a group was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Rows of one kind and level.
    Level {
        /// Their kind.
        kind: u8,
        /// Their level.
        level: u8,
    },
    /// Rows of one kind, because the level has too few.
    Kind {
        /// Their kind.
        kind: u8,
    },
    /// All rows, because the kind has too few.
    All,
}

impl Scope {
    /// Whether a row of `stratum` can be a member.
    pub fn contains(self, stratum: Stratum) -> bool {
        match self {
            Self::Level { kind, level } => stratum == Stratum { kind, level },
            Self::Kind { kind } => stratum.kind == kind,
            Self::All => true,
        }
    }
}

/// The rows of a scope.
#[derive(Debug, PartialEq)]
pub(super) struct Pool {
    pub(super) scope: Scope,
    /// All rows in scope, ascending: the population that is split into groups.
    pub(super) members: Vec<usize>,
    /// Those of them for which this is the narrowest scope with enough rows, ascending.
    pub(super) assigned: Vec<usize>,
}

/// For each of `rows` (ascending) the narrowest scope that has at least `least` of them; pools in the order of their scopes.
pub(super) fn pools(rows: &[usize], strata: &[Stratum], least: usize) -> Vec<Pool> {
    let mut sizes: BTreeMap<Scope, usize> = BTreeMap::new();
    for &row in rows {
        for scope in narrowest_first(strata[row]) {
            *sizes.entry(scope).or_default() += 1;
        }
    }
    let mut assigned: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        let scope = narrowest_first(strata[row]).into_iter().find(|scope| sizes[scope] >= least).unwrap_or(Scope::All);
        assigned.entry(scope).or_default().push(row);
    }
    let members = |scope: Scope| rows.iter().copied().filter(|&row| scope.contains(strata[row])).collect();
    assigned.into_iter().map(|(scope, assigned)| Pool { scope, members: members(scope), assigned }).collect()
}

fn narrowest_first(Stratum { kind, level }: Stratum) -> [Scope; 3] {
    [Scope::Level { kind, level }, Scope::Kind { kind }, Scope::All]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata(codes: &[(u8, u8)]) -> Vec<Stratum> {
        codes.iter().map(|&(kind, level)| Stratum { kind, level }).collect()
    }

    #[test]
    fn small_strata_are_compared_with_the_next_wider_scope() {
        let strata = strata(&[(1, 1), (1, 1), (1, 2), (2, 0), (1, 1)]);
        let found = pools(&[0, 1, 2, 3, 4], &strata, 3);
        let expected = [
            Pool { scope: Scope::Level { kind: 1, level: 1 }, members: vec![0, 1, 4], assigned: vec![0, 1, 4] },
            Pool { scope: Scope::Kind { kind: 1 }, members: vec![0, 1, 2, 4], assigned: vec![2] },
            Pool { scope: Scope::All, members: vec![0, 1, 2, 3, 4], assigned: vec![3] },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn too_few_rows_altogether_still_have_a_pool() {
        let strata = strata(&[(1, 1), (2, 1)]);
        assert_eq!(pools(&[0, 1], &strata, 30), [Pool { scope: Scope::All, members: vec![0, 1], assigned: vec![0, 1] }]);
        assert_eq!(pools(&[], &strata, 30), []);
    }
}
