//! More than is needed, and providers unlike their peers.

mod cost_far_from_norm;
mod provider_far_from_peers;

pub use cost_far_from_norm::CostFarFromNorm;
pub use provider_far_from_peers::ProviderFarFromPeers;
