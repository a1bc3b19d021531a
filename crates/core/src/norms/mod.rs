//! Statistics of the whole data set that detectors compare with.
//!
//! They are built before detection and keyed by external ids, so that they can be held fixed, stored, and used on a part of the data.

mod bill_patterns;
mod line_multiplicity;
mod peers;
mod profile;
mod readmission;

pub use bill_patterns::BillPatterns;
pub(crate) use bill_patterns::{Patterns, RAREST, comparable_lines, is_bill, span};
pub use line_multiplicity::LineMultiplicity;
pub(crate) use line_multiplicity::{LineKey, same_line_groups};
pub use peers::{PeerGroup, PeerNorm, PeerPlace, Place};
pub use profile::{FEATURES, Feature, Profile};
pub use readmission::{Readmission, ReadmissionNorm, Return, returns};

use crate::claims::Claims;
use crate::cluster::PeerGroupsParams;
use crate::observe::{Cancelled, Observer, stop_if_cancelled};
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

words! {
    /// A statistic of the whole data set that detectors compare with.
    Norm {
        /// Readmissions per provider against its case mix.
        Readmission "readmission" "再入院",
        /// How often identical lines of an item occur on one day.
        LineMultiplicity "line_multiplicity" "同日重复明细",
        /// How common each part of a bill is.
        BillPatterns "bill_patterns" "费用组合",
        /// Peer groups of providers.
        PeerGroups "peer_groups" "同类机构",
    }
}

/// How norms are built.
#[derive(Clone, Debug, Default)]
pub struct NormSettings {
    /// Diagnosis prefixes of planned returns, which are no readmissions.
    pub planned_diagnoses: Vec<String>,
    /// How providers are grouped.
    pub peers: PeerGroupsParams,
}

/// The norms of one data set; those that no detector declared are empty.
#[derive(Clone, Debug, Default)]
pub struct Norms {
    /// Readmissions per provider.
    pub readmission: Option<ReadmissionNorm>,
    /// Multiplicity of identical lines per item.
    pub line_multiplicity: Option<LineMultiplicity>,
    /// How common each part of a bill is.
    pub bill_patterns: Option<BillPatterns>,
    /// Peer groups of providers.
    pub peers: Option<PeerNorm>,
}

impl Norms {
    /// Builds the wanted norms from the data.
    pub fn build(claims: &Claims, wanted: &BTreeSet<Norm>, settings: &NormSettings, observer: &dyn Observer) -> Result<Self, Cancelled> {
        let mut norms = Self::default();
        for norm in wanted {
            stop_if_cancelled(observer)?;
            match norm {
                Norm::Readmission => norms.readmission = Some(ReadmissionNorm::build(claims, &settings.planned_diagnoses)),
                Norm::LineMultiplicity => norms.line_multiplicity = Some(LineMultiplicity::build(claims)),
                Norm::BillPatterns => norms.bill_patterns = Some(BillPatterns::build(claims)),
                Norm::PeerGroups => norms.peers = Some(PeerNorm::build(claims, &settings.peers)),
            }
        }
        Ok(norms)
    }
}
