//! Statistics of the whole data set that detectors compare with.
//!
//! They are built before detection and keyed by external ids, so that they can be held fixed, stored, and used on a part of the data.

mod bill_patterns;
mod body_limits;
mod body_table;
mod charges;
mod cost_spread;
mod empty_nights;
mod exclusions;
mod heavy_keys;
mod line_multiplicity;
mod low_threshold;
mod occupancy;
mod peers;
mod place_limits;
mod place_words;
mod profile;
mod readmission;
mod shared_identity;
mod stay_cost;
mod stock_books;

pub use bill_patterns::BillPatterns;
pub(crate) use bill_patterns::{Patterns, RAREST, comparable_lines, is_bill, span};
pub use body_limits::{BodyLimits, Users};
pub(crate) use body_limits::{LimitedUse, body, bounded_diagnoses, is_newborns, is_reversed, limited_uses};
pub(crate) use body_table::Body;
pub(crate) use charges::{Charge, Units, VisitCharges, has_item, refunds_of_person, why_unjudged};
pub use cost_spread::CostSpreadNorm;
pub(crate) use cost_spread::{by_diagnosis as stays_by_diagnosis, comparable_stays, variation as variation_of_cost};
pub(crate) use empty_nights::{Comparison, Night, day_of, has_nights, is_quiet, longest_run, nights_by_lines, nights_by_orders};
pub use empty_nights::{EmptyNightNorm, EmptyNightSettings};
pub use exclusions::{Custom, Exclusions, Nearness, Together, VisitsByProvider};
pub(crate) use exclusions::{Pair, has_mains, main_charges, pairs_of};
pub use heavy_keys::{HeavyKeySettings, HeavyKeys};
pub use line_multiplicity::LineMultiplicity;
pub(crate) use line_multiplicity::{LineKey, has_neighbours, same_line_groups};
pub use low_threshold::{LowThresholdNorm, LowThresholdSettings, LowThresholdShare};
pub use occupancy::OccupancyNorm;
pub(crate) use occupancy::{Census, bedded, beds, per_mille as occupancy_per_mille};
pub use peers::{PeerGroup, PeerNorm, PeerPlace, Place};
pub use place_limits::PlaceLimits;
pub(crate) use place_limits::{PlacedUse, placed_uses};
pub use profile::{FEATURES, Feature, Profile};
pub use readmission::{Readmission, ReadmissionNorm, Return, returns};
pub(crate) use shared_identity::{Certificate, is_care};
pub use shared_identity::{SharedCertificate, SharedIdentity};
pub(crate) use stay_cost::is_open_priced;
pub use stay_cost::{StayCost, StayCostNorm};
pub use stock_books::{Book, Flow, Goods, StockBooks};

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
        /// Runs of nights without care, by diagnosis, level and length.
        EmptyNights "empty_nights" "无诊疗夜数",
        /// What a stay for a diagnosis costs at a level of provider.
        StayCost "stay_cost" "次均费用",
        /// How much the cost of stays for a diagnosis differs within a provider.
        CostSpread "cost_spread" "费用离散度",
        /// Stays that hold hardly more than tests.
        LowThreshold "low_threshold" "低标准入院",
        /// How full providers of a level are on their fullest nights.
        Occupancy "occupancy" "床位使用率",
        /// Stock books per store against what was billed.
        StockBooks "stock_books" "进销存账",
        /// Users of items and diagnoses with limits of sex or age.
        BodyLimits "body_limits" "性别年龄限定的使用人",
        /// Users of items with limits of level, way of attendance or insurance.
        PlaceLimits "place_limits" "机构就医险种限定的使用人",
        /// Certificates under several person numbers, and telephone numbers of staff.
        SharedIdentity "shared_identity" "共用身份信息",
        /// How often items that exclude each other are charged together.
        Exclusions "exclusions" "互斥项目同收",
        /// Keys that hold more claims than one person, doctor or telephone can.
        HeavyKeys "heavy_keys" "异常集中的编号",
    }
}

/// How norms are built.
#[derive(Clone, Debug, Default)]
pub struct NormSettings {
    /// Diagnosis prefixes of planned returns, which are no readmissions.
    pub planned_diagnoses: Vec<String>,
    /// What makes a stay one of low threshold.
    pub low_threshold: LowThresholdSettings,
    /// How providers are grouped.
    pub peers: PeerGroupsParams,
    /// Which nights without care are compared.
    pub empty_nights: EmptyNightSettings,
    /// From when on a key holds more than anybody can.
    pub heavy_keys: HeavyKeySettings,
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
    /// Runs of nights without care.
    pub empty_nights: Option<EmptyNightNorm>,
    /// Cost of a stay by diagnosis and level.
    pub stay_cost: Option<StayCostNorm>,
    /// Spread of the cost of stays by diagnosis and level.
    pub cost_spread: Option<CostSpreadNorm>,
    /// Stays that hold hardly more than tests.
    pub low_threshold: Option<LowThresholdNorm>,
    /// Nightly occupancy by level.
    pub occupancy: Option<OccupancyNorm>,
    /// Stock books per store.
    pub stock_books: Option<StockBooks>,
    /// Users of items and diagnoses with limits.
    pub body_limits: Option<BodyLimits>,
    /// Users of items with limits of place or insurance.
    pub place_limits: Option<PlaceLimits>,
    /// Certificates under several person numbers, and telephone numbers of staff.
    pub shared_identity: Option<SharedIdentity>,
    /// How often items that exclude each other are charged together.
    pub exclusions: Option<Exclusions>,
    /// Keys that hold more than anybody can; always built.
    pub heavy_keys: Option<HeavyKeys>,
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
                Norm::StayCost => norms.stay_cost = Some(StayCostNorm::build(claims)),
                Norm::CostSpread => norms.cost_spread = Some(CostSpreadNorm::build(claims)),
                Norm::LowThreshold => norms.low_threshold = Some(LowThresholdNorm::build(claims, &settings.low_threshold)),
                Norm::Occupancy => norms.occupancy = Some(OccupancyNorm::build(claims)),
                Norm::StockBooks => norms.stock_books = Some(StockBooks::build(claims)),
                Norm::BillPatterns => norms.bill_patterns = Some(BillPatterns::build(claims)),
                Norm::BodyLimits => norms.body_limits = Some(BodyLimits::build(claims)),
                Norm::Exclusions => norms.exclusions = Some(Exclusions::build(claims)),
                Norm::PlaceLimits => norms.place_limits = Some(PlaceLimits::build(claims)),
                Norm::SharedIdentity => norms.shared_identity = Some(SharedIdentity::build(claims)),
                Norm::HeavyKeys => norms.heavy_keys = Some(HeavyKeys::build(claims, &settings.heavy_keys)),
                Norm::PeerGroups => norms.peers = Some(PeerNorm::build(claims, &settings.peers)),
                Norm::EmptyNights => norms.empty_nights = Some(EmptyNightNorm::build(claims, &settings.empty_nights)),
            }
        }
        Ok(norms)
    }
}
