//! Statistics of the whole data set that detectors compare with.
//!
//! They are built before detection and keyed by external ids, so that they can be held fixed, stored, and used on a part of the data.

mod body_limits;
mod body_table;
mod line_multiplicity;
mod peers;
mod profile;
mod readmission;
mod shared_identity;

pub use body_limits::{BodyLimits, Users};
pub(crate) use body_limits::{LimitedUse, body, bounded_diagnoses, is_newborns, is_reversed, limited_uses};
pub(crate) use body_table::Body;
pub use line_multiplicity::LineMultiplicity;
pub(crate) use line_multiplicity::{LineKey, same_line_groups};
pub use peers::{PeerGroup, PeerNorm, PeerPlace, Place};
pub use profile::{FEATURES, Feature, Profile};
pub use readmission::{Readmission, ReadmissionNorm, Return, returns};
pub(crate) use shared_identity::{Certificate, is_care};
pub use shared_identity::{SharedCertificate, SharedIdentity};

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
        /// Peer groups of providers.
        PeerGroups "peer_groups" "同类机构",
        /// Users of items and diagnoses with limits of sex or age.
        BodyLimits "body_limits" "性别年龄限定的使用人",
        /// Certificates under several person numbers, and telephone numbers of staff.
        SharedIdentity "shared_identity" "共用身份信息",
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
    /// Peer groups of providers.
    pub peers: Option<PeerNorm>,
    /// Users of items and diagnoses with limits.
    pub body_limits: Option<BodyLimits>,
    /// Certificates under several person numbers, and telephone numbers of staff.
    pub shared_identity: Option<SharedIdentity>,
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
                Norm::BodyLimits => norms.body_limits = Some(BodyLimits::build(claims)),
                Norm::SharedIdentity => norms.shared_identity = Some(SharedIdentity::build(claims)),
                Norm::PeerGroups => norms.peers = Some(PeerNorm::build(claims, &settings.peers)),
            }
        }
        Ok(norms)
    }
}
