//! The detector contract: what a detector is, what it is given, and how the engine runs it.

mod candidate;
mod config;
mod engine;
mod lot;
mod meta;
mod scope;

pub use crate::norms::Norm;
pub use candidate::{Candidate, EvidenceRow, Fact, Low, Strength, Subject, Target};
pub use config::{ConfigError, ConfigErrors, Configured, Entry, Problems};
pub(crate) use config::{detector, read_section};
pub use engine::{Assessment, Detection, run};
pub use lot::Lot;
pub(crate) use meta::clause_on;
pub use meta::{
    Basis, Bilingual, Clause, Direction, FactMeta, Lang, Law, Meta, Role, Scheme, ScopeKind, Text, Threshold, Tier, Unit, both, fact, text,
};
pub use scope::{ClaimScope, Context, Detector, ErasedPopulation, PersonScope, PopulationScope, ProviderScope, Reason, Scope, Sink};
