//! Peer groups: whom a provider is like, and how far it is from them.

use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::comparison::{Measured, compare};
use super::error::{Problems, require_length};
use super::groups::{Draft, PeerGroups};
use super::rows::is_present;
use super::split::split;
use super::strata::{Pool, Stratum, pools};
use super::{ClusterError, RobustScalerParams};

/// How peer groups are formed and compared.
///
/// **Groups.** A row is grouped within its kind and level; within its kind if the level has fewer than `min_group` usable rows; within all
/// rows if the kind has fewer too. In the wider scope it is compared with *all* rows there, also those that have a level of their own. The
/// rows of a scope are scaled ([`RobustScalerParams`]; missing counts as the median) and split by [`super::KMeans`] into 2 to `max_k`
/// clusters; the split with the best [`super::silhouette`] is kept if that exceeds `min_silhouette`, and in it a cluster of fewer than
/// `min_group / 3` rows joins the nearest.
///
/// **Comparison.** Every figure about a row is against the *other* members, so that an outlier in a small group cannot hide behind itself.
/// Feature *j* deviates by dⱼ = (x − median) / spread, the spread as in [`RobustScalerParams`]. The distance is √(mean dⱼ²) over the
/// features
/// that vary in the group and that the row has: about 1 for an ordinary row. The z is
///
/// `z = (log1p(distance) − median) / max(spread, 0.05)`,
///
/// median and spread again of the other members, which is the robust z of Iglewicz & Hoaglin (1993); they advise a cut at 3.5. The
/// logarithm is there because a distance is skewed to the right. In a trial on independent normal features (4 to 20 of them, groups of 31)
/// the plain distance put 0.4 to 1.1 % of clean rows above 3.5 and log1p 0.2 to 0.4 %, while both found at least 98 % of rows moved by 8
/// standard deviations in two features; ln(distance) found as few as 44 % of these where features are correlated. Correlated or
/// heavy-tailed features put up to 2.4 % of clean rows above 3.5 in groups of 31, and up to 1.3 % in groups of 100: such a row is a reason
/// to look, not a finding by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PeerGroupsParams {
    /// Fewest rows for a scope to be used on its own.
    pub min_group: u32,
    /// Largest number of clusters per scope.
    pub max_k: u32,
    /// A split is kept only if its mean silhouette exceeds this. Up to 0.25 there is no structure to speak of (Kaufman & Rousseeuw 1990,
    /// *Finding Groups in Data*). With few columns pure noise comes out higher: 40 normal rows reach 0.66 with one column, 0.44 with two, 0.35
    /// with three, 0.25 with four and 0.13 with ten in one trial of ten.
    pub min_silhouette: f64,
    /// K-means starts per number of clusters.
    pub restarts: u32,
    /// Seed of the k-means starts and of the silhouette's sample.
    pub seed: u64,
    /// Fewest comparable others; with fewer a row is not comparable, and a feature known of fewer others is left out.
    pub min_peers: u32,
    /// Share of its group's varying features that a row must have to be comparable, 0 to 1.
    pub min_present: f64,
    /// Scaling of features, in clustering and in comparison.
    pub scaling: RobustScalerParams,
}

impl Default for PeerGroupsParams {
    fn default() -> Self {
        Self {
            min_group: 30,
            max_k: 6,
            min_silhouette: 0.25,
            restarts: 5,
            seed: 0,
            min_peers: 5,
            min_present: 0.5,
            scaling: RobustScalerParams::default(),
        }
    }
}

impl PeerGroupsParams {
    /// Names every parameter that is out of bounds.
    pub fn check(&self) -> Result<(), ClusterError> {
        let mut problems = Problems::default();
        problems.require(self.min_group >= 1, "`min_group` must be at least 1");
        problems.require((1..=100).contains(&self.max_k), "`max_k` must be from 1 to 100");
        problems.require((-1.0..=1.0).contains(&self.min_silhouette), "`min_silhouette` must be from -1 to 1");
        problems.require((1..=1000).contains(&self.restarts), "`restarts` must be from 1 to 1000");
        problems.require(self.min_peers >= 2, "`min_peers` must be at least 2");
        problems.require((0.0..=1.0).contains(&self.min_present), "`min_present` must be from 0 to 1");
        problems.include(self.scaling.check());
        problems.finish()
    }

    /// Groups and compares the rows of `profiles`, whose strata stand in `strata`.
    ///
    /// A row without any value is in no group. Pass rows sorted by their external id: then the result does not depend on the order in which
    /// the data came.
    ///
    /// ```
    /// use claimsift::cluster::{PeerGroupsParams, Stratum};
    /// use ndarray::Array2;
    ///
    /// // 40 providers with a share of laboratory fees near 0.2 and stays of about a week; the last bills mostly laboratory.
    /// let mut profiles = Array2::from_shape_fn((40, 2), |(row, column)| [0.2, 7.0][column] + (row * (column + 3) % 11) as f64 / 100.0);
    /// profiles[[39, 0]] = 0.71;
    /// let strata = vec![Stratum { kind: 0, level: 2 }; 40];
    /// let peers = PeerGroupsParams::default().fit(profiles.view(), &strata)?;
    /// let outlier = peers.comparison(39).expect("39 others are enough");
    /// assert!(outlier.z > 3.5);
    /// assert!(peers.contributions(39)[0] > 0.9);
    /// # Ok::<(), claimsift::cluster::ClusterError>(())
    /// ```
    pub fn fit(&self, profiles: ArrayView2<'_, f64>, strata: &[Stratum]) -> Result<PeerGroups, ClusterError> {
        self.check()?;
        self.scaling.check_columns(profiles.ncols())?;
        require_length("strata", profiles.nrows(), strata.len())?;
        let has_value = |row: &usize| profiles.row(*row).iter().any(|&value| is_present(value));
        let usable: Vec<usize> = (0..profiles.nrows()).filter(has_value).collect();
        let drafts = pools(&usable, strata, self.min_group as usize)
            .par_iter()
            .map(|pool| self.draft(profiles, pool))
            .collect::<Result<Vec<_>, _>>()?;
        let mut drafts: Vec<Draft> = drafts.into_iter().flatten().collect();
        drafts.sort_by_key(|draft| draft.assigned[0]);
        let measured: Vec<Vec<Measured>> = drafts.par_iter().map(|draft| compare(profiles, &draft.members, self)).collect();
        Ok(PeerGroups::assemble(profiles.dim(), drafts, measured))
    }

    /// Fewest rows of a cluster.
    pub(super) fn min_cluster(&self) -> usize {
        (self.min_group as usize / 3).max(1)
    }

    /// The clusters of a pool that some row is assigned to.
    fn draft(&self, profiles: ArrayView2<'_, f64>, pool: &Pool) -> Result<Vec<Draft>, ClusterError> {
        let x = profiles.select(Axis(0), &pool.members);
        let scaled = self.scaling.fit(x.view())?.transform(x.view())?;
        let labels = split(scaled.view(), self)?;
        let clusters = labels.iter().max().map_or(0, |&label| label + 1);
        let mut drafts: Vec<Draft> = (0..clusters).map(|cluster| Draft::new(pool.scope, cluster, clusters)).collect();
        for (&row, label) in pool.members.iter().zip(labels) {
            let draft = &mut drafts[label as usize];
            draft.members.push(row);
            if pool.assigned.binary_search(&row).is_ok() {
                draft.assigned.push(row);
            }
        }
        drafts.retain(|draft| !draft.assigned.is_empty());
        Ok(drafts)
    }
}
