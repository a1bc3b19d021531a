//! Leads, one row per provider with findings.

use super::batch::Batch;
use crate::leads::Lead;
use arrow_array::RecordBatch;

pub(super) fn leads(leads: &[Lead]) -> RecordBatch {
    fn text<'a>(batch: Batch, name: &str, leads: &'a [Lead], get: impl Fn(&'a Lead) -> Option<&'a String>) -> Batch {
        batch.text(name, leads.iter().map(get))
    }
    let rows = || leads.iter();
    let mut batch = Batch::default();
    batch = text(batch, "lead_id", leads, |lead| Some(&lead.id));
    batch = text(batch, "provider_id", leads, |lead| Some(&lead.provider_id));
    batch = text(batch, "kind", leads, |lead| lead.kind.as_ref());
    batch = batch.integer("level", rows().map(|lead| lead.level));
    batch = text(batch, "ownership", leads, |lead| lead.ownership.as_ref());
    batch = text(batch, "region", leads, |lead| lead.region.as_ref());
    batch
        .texts("departments", rows().map(|lead| lead.departments.as_slice()))
        .date("period_from", rows().map(|lead| lead.period.map(|(first, _)| first)))
        .date("period_to", rows().map(|lead| lead.period.map(|(_, last)| last)))
        .texts("schemes", rows().map(|lead| lead.schemes.as_slice()))
        .count("breaches", rows().map(|lead| Some(lead.findings[2])))
        .count("suspicions", rows().map(|lead| Some(lead.findings[1])))
        .count("clues", rows().map(|lead| Some(lead.findings[0])))
        .count("persons", rows().map(|lead| Some(lead.persons)))
        .count("claims", rows().map(|lead| Some(lead.claims)))
        .money("loss_low", rows().map(|lead| Some(lead.loss_low)))
        .money("loss_high", rows().map(|lead| Some(lead.loss_high)))
        .money("clue_loss", rows().map(|lead| Some(lead.clue_loss)))
        .money("owned", rows().map(|lead| Some(lead.owned)))
        .number("probability", rows().map(|lead| Some(lead.probability)))
        .money("expected_loss", rows().map(|lead| Some(lead.expected_loss)))
        .flag("is_above_gate", rows().map(|lead| Some(lead.is_above_gate())))
        .count("independent_legs", rows().map(|lead| Some(lead.independent_legs)))
        .texts("reasons", rows().map(|lead| lead.reasons.as_slice()))
        .texts("look_alikes_excluded", rows().map(|lead| lead.look_alikes_excluded.as_slice()))
        .texts("not_assessed", rows().map(|lead| lead.not_assessed.as_slice()))
        .date("limitation_date", rows().map(|lead| lead.limitation_date))
        .texts("seal", rows().map(|lead| lead.seal.as_slice()))
        .texts("records", rows().map(|lead| lead.records.as_slice()))
        .texts("staff", rows().map(|lead| lead.staff.as_slice()))
        .texts("persons_to_call", rows().map(|lead| lead.persons_to_call.as_slice()))
        .number("hours", rows().map(|lead| Some(lead.hours)))
        .text("prior_state", rows().map(|lead| lead.prior_state.as_ref()))
        .finish()
}
