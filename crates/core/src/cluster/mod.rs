//! Clustering of subjects by their profiles, on `ndarray` matrices with one row per subject.
//!
//! [`PeerGroups`] answers "whom is this provider like, and how far is it from them": it scales profiles robustly
//! ([`RobustScaler`]), splits each stratum with [`KMeans`], keeps the split with the best [`silhouette`], and then compares every row with the
//! *other* members of its group. Each piece is usable alone.
//!
//! What the columns mean, and how a group is named, is left to the caller. Give skewed columns as logarithms and shares as they are.
//!
//! **Missing values.** In profiles a value that is not finite, or lies beyond ±1e120, counts as missing. [`KMeans`] and [`silhouette`]
//! take complete matrices only and refuse such values.
//!
//! **Determinism.** Results depend on the values, the parameters, the seed and the order of rows, never on the number of threads: every
//! sum runs in row order or over sorted values. Pass rows sorted by their external id, and the order in which data arrived does not matter
//! either.

mod comparison;
mod error;
mod groups;
mod kmeans;
mod location;
mod peers;
mod rows;
mod scaling;
mod silhouette;
mod split;
mod strata;

pub use error::ClusterError;
pub use groups::{Comparison, Group, PeerGroups};
pub use kmeans::{KMeans, Partition};
pub use peers::PeerGroupsParams;
pub use scaling::{RobustScaler, RobustScalerParams};
pub use silhouette::{MAX_EXACT_ROWS, silhouette};
pub use strata::{Scope, Stratum};
