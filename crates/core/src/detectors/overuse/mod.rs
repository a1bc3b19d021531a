//! More than is needed, and providers unlike their peers.

mod provider_far_from_peers;

pub use provider_far_from_peers::ProviderFarFromPeers;
