//! Peer groups of providers: whom each is like, and how far it is from them.

use super::profile::{self, FEATURES, Profile};
use crate::claims::{Claims, ProviderView};
use crate::cluster::{PeerGroupsParams, Scope, Stratum};
use crate::tables::value::ProviderKind;
use ndarray::Array2;
use std::collections::BTreeMap;

/// Peer groups and every provider's place in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeerNorm {
    /// The groups by number.
    pub groups: Vec<PeerGroup>,
    /// By provider id.
    pub places: BTreeMap<String, PeerPlace>,
}

/// One group of similar providers.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerGroup {
    /// Kind, level and number of the cluster, such as `hospital/2/1`; wider groups leave out what they do not distinguish.
    pub name: String,
    /// Providers in it.
    pub size: u32,
}

/// Where one provider stands.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerPlace {
    /// Its group; `None` without a profile.
    pub group: Option<u32>,
    /// How it compares; `None` where too few others are comparable.
    pub comparison: Option<Place>,
    /// Its profile by feature.
    pub profile: Vec<f64>,
    /// The median of its peers by feature.
    pub medians: Vec<f64>,
    /// Signed deviation by feature, in robust spreads.
    pub deviations: Vec<f64>,
    /// Share of each feature in the squared distance; they sum to 1.
    pub contributions: Vec<f64>,
}

/// A comparison with the other members of the group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Others it was compared with.
    pub peers: u32,
    /// Distance from their middle in spreads per feature.
    pub distance: f64,
    /// Robust z of the distance.
    pub z: f64,
}

impl PeerNorm {
    pub(super) fn build(claims: &Claims, params: &PeerGroupsParams) -> Self {
        let profiles = profile::build(claims);
        let mut matrix = Array2::from_elem((profiles.len(), FEATURES.len()), f64::NAN);
        for (mut row, (_, Profile(values))) in matrix.rows_mut().into_iter().zip(&profiles) {
            row.iter_mut().zip(values).for_each(|(cell, value)| *cell = *value);
        }
        let strata: Vec<Stratum> = profiles.iter().map(|(provider, _)| stratum(*provider)).collect();
        let mut params = params.clone();
        if params.scaling.min_spread.is_empty() {
            params.scaling.min_spread = FEATURES.iter().map(|feature| feature.min_spread).collect();
        }
        // The parameters were checked with the settings, so that an error here can only mean that there is nothing to compare.
        let Ok(found) = params.fit(matrix.view(), &strata) else { return Self::default() };
        let groups = found.groups().iter().map(|group| PeerGroup { name: name(group.scope, group.cluster), size: group.size }).collect();
        let place = |(row, (provider, Profile(profile))): (usize, (ProviderView<'_>, Profile))| {
            let comparison = found.comparison(row);
            let place = PeerPlace {
                group: found.group(row),
                comparison: comparison.map(|place| Place { peers: place.peers, distance: place.distance, z: place.z }),
                profile,
                medians: found.medians(row).to_vec(),
                deviations: found.deviations(row).to_vec(),
                contributions: found.contributions(row),
            };
            (provider.name().to_owned(), place)
        };
        Self { groups, places: profiles.into_iter().enumerate().map(place).collect() }
    }

    /// The name of a provider's group.
    pub fn group_name(&self, provider: &str) -> Option<&str> {
        let group = self.places.get(provider)?.group?;
        self.groups.get(group as usize).map(|group| group.name.as_str())
    }
}

const UNKNOWN_LEVEL: u8 = u8::MAX;

fn stratum(provider: ProviderView<'_>) -> Stratum {
    let row = provider.row();
    let kind = row.and_then(|row| row.kind()).unwrap_or(ProviderKind::Other);
    let level = row.and_then(|row| row.level()).and_then(|level| u8::try_from(level).ok());
    Stratum { kind: kind as u8, level: level.unwrap_or(UNKNOWN_LEVEL) }
}

fn name(scope: Scope, cluster: u32) -> String {
    let kind = |kind: u8| ProviderKind::ALL.get(kind as usize).copied().unwrap_or(ProviderKind::Other).word();
    match scope {
        Scope::Level { kind: code, level: UNKNOWN_LEVEL } => format!("{}/-/{cluster}", kind(code)),
        Scope::Level { kind: code, level } => format!("{}/{level}/{cluster}", kind(code)),
        Scope::Kind { kind: code } => format!("{}/{cluster}", kind(code)),
        Scope::All => format!("all/{cluster}"),
    }
}
