//! The groups found, and how each row compares with its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::comparison::{Measured, shares};
use super::strata::Scope;

/// A group before it has a number.
pub(super) struct Draft {
    pub(super) scope: Scope,
    pub(super) cluster: u32,
    pub(super) clusters: u32,
    pub(super) members: Vec<usize>,
    pub(super) assigned: Vec<usize>,
}

impl Draft {
    pub(super) fn new(scope: Scope, cluster: u32, clusters: u32) -> Self {
        Self { scope, cluster, clusters, members: Vec::new(), assigned: Vec::new() }
    }
}

/// A group of similar rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// How widely it was drawn.
    pub scope: Scope,
    /// Number of the cluster within its scope, from 0 by first member.
    pub cluster: u32,
    /// How many clusters the scope was split into.
    pub clusters: u32,
    /// Rows that are compared with each other.
    pub size: u32,
    /// Those of them whose own group this is: fewer than `size` where a small stratum is compared with a wider scope.
    pub assigned: u32,
}

/// How one row compares with the others of its group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Number of the group.
    pub group: u32,
    /// Other members it was compared with.
    pub peers: u32,
    /// Distance from the middle of the others, in spreads per feature (root mean square): about 1 for an ordinary row.
    pub distance: f64,
    /// Robust z of log1p(distance) among the distances of the others. High = unlike its peers; low = more typical than most.
    pub z: f64,
}

/// What [`PeerGroupsParams::fit`](super::PeerGroupsParams::fit) found. Rows and features are those of the profiles.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerGroups {
    groups: Vec<Group>,
    of_row: Vec<Option<u32>>,
    comparisons: Vec<Option<Comparison>>,
    deviations: Vec<Vec<f64>>,
    medians: Vec<Vec<f64>>,
}

impl PeerGroups {
    pub(super) fn assemble((rows, columns): (usize, usize), drafts: Vec<Draft>, measured: Vec<Vec<Measured>>) -> Self {
        let mut peers = Self {
            groups: Vec::with_capacity(drafts.len()),
            of_row: vec![None; rows],
            comparisons: vec![None; rows],
            deviations: vec![vec![f64::NAN; columns]; rows],
            medians: vec![vec![f64::NAN; columns]; rows],
        };
        for (draft, measured) in drafts.into_iter().zip(measured) {
            peers.add(draft, measured);
        }
        peers
    }

    fn add(&mut self, draft: Draft, measured: Vec<Measured>) {
        let Draft { scope, cluster, clusters, members, assigned } = draft;
        let group = self.groups.len() as u32;
        self.groups.push(Group { scope, cluster, clusters, size: members.len() as u32, assigned: assigned.len() as u32 });
        for (row, member) in members.into_iter().zip(measured).filter(|(row, _)| assigned.binary_search(row).is_ok()) {
            self.of_row[row] = Some(group);
            self.comparisons[row] =
                member.outcome.map(|outcome| Comparison { group, peers: outcome.peers, distance: outcome.distance, z: outcome.z });
            self.deviations[row] = member.deviations;
            self.medians[row] = member.medians;
        }
    }

    /// All groups, numbered by their first assigned row.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The number of a row's group; `None` for a row without values or beyond the last.
    pub fn group(&self, row: usize) -> Option<u32> {
        self.of_row.get(row).copied().flatten()
    }

    /// How a row compares; `None` when it is not comparable: too few others, or too few features.
    pub fn comparison(&self, row: usize) -> Option<Comparison> {
        self.comparisons.get(row).copied().flatten()
    }

    /// Each feature's share of the row's squared distance, adding up to 1. All 0 when the distance is 0 or the row is not comparable; empty
    /// beyond the last row.
    pub fn contributions(&self, row: usize) -> Vec<f64> {
        let deviations = self.deviations(row);
        if self.comparison(row).is_some() { shares(deviations) } else { vec![0.0; deviations.len()] }
    }

    /// Each feature's signed deviation from the others' median, in spreads, within ±`limit` (at which it means "or more"). NaN where the
    /// row or the group lacks the feature; empty beyond the last row.
    pub fn deviations(&self, row: usize) -> &[f64] {
        self.deviations.get(row).map_or(&[], Vec::as_slice)
    }

    /// Each feature's median among the others, in the feature's unit. NaN and empty as in [`Self::deviations`].
    pub fn medians(&self, row: usize) -> &[f64] {
        self.medians.get(row).map_or(&[], Vec::as_slice)
    }
}
