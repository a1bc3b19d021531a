//! The list of planted kinds: what each is, what it looks like, and how far a screen can be expected to go.

use crate::care::year::Year;
use crate::scenes::{after_death, copies, cycles, days, elsewhere, moves, nominal, overlap, refunds, splits, totals, twins};
use crate::world::persons::Body;

/// One planted kind: a scheme, or an honest pattern that looks like one.
#[derive(Debug)]
pub struct Kind {
    /// Short slug, as in the truth table.
    pub name: &'static str,
    /// Code of the detector it is for.
    pub code: &'static str,
    /// `phantom`, `forged`, `charge` or `overuse`.
    pub scheme: &'static str,
    /// Honest, however it looks.
    pub look_alike: bool,
    /// The tier to expect: `breach`, `suspicion`, `clue` or `none`. For a look-alike it is the highest that is no mistake.
    pub expected: &'static str,
    /// What is planted, in one sentence.
    pub about: &'static str,
    /// Scenes in 100,000 claims; a scene marks one claim or a few.
    pub(crate) scenes: u32,
    /// Persons who share one event of the kind.
    pub(crate) persons: u16,
    /// Planted on request only, so that no threshold is tuned on it.
    pub is_held_out: bool,
    pub(crate) body: Body,
    pub(crate) plant: fn(&mut Year),
}

const fn scheme(
    code: &'static str,
    scheme: &'static str,
    name: &'static str,
    expected: &'static str,
    scenes: u32,
    plant: fn(&mut Year),
    about: &'static str,
) -> Kind {
    Kind { name, code, scheme, look_alike: false, expected, about, scenes, persons: 1, is_held_out: false, body: Body::Adult, plant }
}

const fn honest(
    code: &'static str,
    scheme: &'static str,
    name: &'static str,
    expected: &'static str,
    scenes: u32,
    plant: fn(&mut Year),
    about: &'static str,
) -> Kind {
    Kind { name, code, scheme, look_alike: true, expected, about, scenes, persons: 1, is_held_out: false, body: Body::Adult, plant }
}

impl Kind {
    const fn of(self, body: Body) -> Self {
        Self { body, ..self }
    }

    /// One event takes so many persons of a county, a scene each.
    const fn together(self, persons: u16) -> Self {
        Self { persons, ..self }
    }

    const fn held_out(self) -> Self {
        Self { is_held_out: true, ..self }
    }
}

/// Every kind, schemes first.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    scheme("P02", "phantom", "phantom-inside-stay", "breach", 40, overlap::inside,
        "An invented thin stay lies wholly inside a real stay at another hospital."),
    scheme("P02", "phantom", "phantom-partial-overlap", "breach", 30, overlap::partial,
        "An invented thin stay begins two to four nights before the end of a real one elsewhere."),
    scheme("P02", "phantom", "overlap-one-night", "clue", 20, overlap::one_night,
        "The same with the dates moved until one night remains."),
    scheme("P09", "phantom", "split-continued-drugs", "suspicion", 30, splits::continued,
        "Discharged and readmitted within a day, the same drugs running on."),
    scheme("P09", "phantom", "split-changed-diagnosis", "suspicion", 25, splits::changed_diagnosis,
        "The same under another diagnosis."),
    scheme("P09", "phantom", "split-near-norm", "suspicion", 25, splits::near_norm,
        "Discharged when the cost nears the group's norm, readmitted by appointment 2 to 14 days later."),
    scheme("P09", "phantom", "split-masked", "clue", 15, splits::masked,
        "The same, the readmission written as an emergency, at a hospital that does it rarely."),
    scheme("P17", "phantom", "stay-after-death", "breach", 32, after_death::stay,
        "A stay begun two days to four weeks after the patient's death."),
    scheme("P17", "forged", "exam-after-death", "breach", 36, after_death::exam,
        "An outpatient visit with consultation and tests after the patient's death."),
    scheme("P17", "phantom", "stay-past-death", "clue", 10, after_death::past_death,
        "A real stay whose daily charges run on for days after the patient's death."),
    scheme("F14", "forged", "total-inflated-large", "breach", 36, totals::large,
        "A total 10 to 40 % above the sum of the lines."),
    scheme("F14", "forged", "total-inflated-small", "breach", 36, totals::small,
        "A total 0.3 to 2 % above the sum of the lines."),
    scheme("C16", "charge", "copied-lines", "breach", 40, copies::lines,
        "One to three lines copied once or twice, order number and second of execution included."),
    scheme("C16", "charge", "copied-block", "breach", 26, copies::block,
        "A whole bill of at least five lines repeated, without execution times."),
    scheme("C16", "charge", "copied-shifted", "none", 14, copies::shifted,
        "Copied lines with the execution moved by a minute."),
    scheme("P03", "phantom", "elsewhere-treated", "suspicion", 26, elsewhere::treated,
        "Treated in a clinic on one or two days in the middle of a stay."),
    scheme("P03", "phantom", "elsewhere-often", "suspicion", 18, elsewhere::often,
        "Treated in a clinic on most days of a thin stay."),
    scheme("P03", "phantom", "elsewhere-purchases", "clue", 14, elsewhere::purchases,
        "Drugs bought on two or three days in the middle of a thin stay."),
    scheme("P03", "phantom", "elsewhere-at-the-ends", "none", 10, elsewhere::at_the_ends,
        "Treated in a clinic on the days of admission and of discharge."),
    scheme("P06", "phantom", "nominal-long-run", "suspicion", 18, nominal::long_run,
        "A stay of 6 to 20 nights, at home from the third or fourth on."),
    scheme("P06", "phantom", "nominal-short-run", "suspicion", 16, nominal::short_run,
        "At home for three nights of a stay, and for two later on in a longer one."),
    scheme("P06", "phantom", "nominal-treated-elsewhere", "suspicion", 12, nominal::treated_elsewhere,
        "At home for most of a stay, and treated in a clinic meanwhile."),
    scheme("P06", "phantom", "nominal-token-care", "none", 10, nominal::token_care,
        "At home for most of a stay, with some care billed on every third day."),
    scheme("C08", "charge", "days-of-bed", "breach", 30, days::beds,
        "One to three days of bed more than nights."),
    scheme("C08", "charge", "days-of-all-fees", "breach", 24, days::all_fees,
        "Two to four days of bed, nursing and consultation more than nights."),
    scheme("C08", "charge", "days-of-second-bed", "breach", 16, days::second_bed,
        "A bed in intensive care beside the one in the ward."),
    scheme("C08", "charge", "days-one-more", "none", 10, days::one_more,
        "One day of nursing and consultation more than nights."),
    honest("P09", "phantom", "chemotherapy-cycle", "none", 24, cycles::chemotherapy,
        "Four short stays for chemotherapy, 12 to 15 days apart (Z51).").of(Body::Elder),
    honest("P09", "phantom", "dialysis-cycle", "none", 24, cycles::dialysis,
        "Four one-night stays for dialysis, 3 to 6 days apart (Z49)."),
    honest("P09", "phantom", "readmission-emergency", "clue", 150, cycles::emergency_readmission,
        "Back as an emergency 2 to 15 days after discharge."),
    honest("P09", "phantom", "readmission-elective", "clue", 60, cycles::elective_readmission,
        "Back by appointment 2 to 15 days after a short and cheap stay."),
    honest("P09", "phantom", "interim-settlement", "none", 32, cycles::interim,
        "A psychiatric stay settled after 90 days and carried on.").of(Body::Adult),
    honest("P09", "phantom", "year-end-settlement", "none", 32, cycles::year_end,
        "A stay settled by force on 31 December and carried on from 1 January."),
    honest("P02", "phantom", "transfer-late-discharge", "none", 60, moves::late_discharge,
        "Transferred in the evening, discharged on paper the next morning."),
    honest("P02", "phantom", "transfer-same-day", "none", 60, moves::same_day,
        "Discharged in the morning, admitted elsewhere in the afternoon."),
    honest("P02", "phantom", "newborn-with-mother", "none", 60, moves::newborn,
        "A newborn treated under its mother's number in one hospital while she lies in another.").of(Body::Mother),
    honest("P02", "phantom", "home-bed", "none", 32, moves::home_bed,
        "Home-bed care that covers and follows a short stay.").of(Body::Elder),
    honest("P02", "phantom", "observation-then-ward", "none", 60, moves::observation,
        "Emergency observation, then the ward on the same day."),
    honest("P02", "phantom", "pharmacy-during-stay", "none", 60, moves::pharmacy,
        "The family buys drugs while the patient lies in hospital."),
    honest("P02", "phantom", "refund-rebilled", "none", 32, refunds::rebilled,
        "A stay billed with wrong dates that overlap another, refunded and billed again."),
    honest("P02", "phantom", "refund-unlinked", "none", 32, refunds::unlinked,
        "The same where the refund does not name its original and the new bill has a visit of its own."),
    honest("F14", "forged", "refund-partial", "none", 60, refunds::partial,
        "One line of a visit refunded."),
    honest("P17", "phantom", "late-registered-death", "clue", 60, after_death::late_registered,
        "A stay ended by death, the death registered under an earlier date.").of(Body::Elder),
    honest("P17", "forged", "drugs-after-death", "none", 32, after_death::drugs,
        "Drugs collected by the family in the weeks after a death.").of(Body::Elder),
    honest("P17", "forged", "mortuary-after-death", "none", 60, after_death::mortuary,
        "Mortuary items billed days after a death in hospital.").of(Body::Elder),
    honest("F14", "forged", "discount-gross", "none", 60, totals::discount_gross,
        "Lines at full amount with a discount beside them; the total is net."),
    honest("F14", "forged", "discount-net", "none", 60, totals::discount_net,
        "Lines with amounts already net of the discount they name."),
    honest("F14", "forged", "rounding", "none", 60, totals::rounding,
        "A total that differs from the lines by at most 0.05 yuan."),
    honest("C16", "charge", "several-doses", "none", 60, copies::doses,
        "One drug three times a day under one order, each dose at its own second."),
    honest("C16", "charge", "doses-date-only", "clue", 60, copies::doses_by_date,
        "One treatment three times a day at a clinic that records dates only."),
    honest("C16", "charge", "line-reversed", "none", 60, copies::reversed,
        "A line entered twice by mistake and taken back on the same bill."),
    honest("C16", "charge", "twins", "none", 60, twins::plant,
        "Twins in one hospital on the same days with nearly the same bill.").of(Body::Child),
    honest("P03", "phantom", "refill-by-family", "none", 55, elsewhere::refill,
        "The family collects a refill at another hospital during a stay."),
    honest("P03", "phantom", "test-sent-out", "clue", 55, elsewhere::sent_out,
        "A scan or a sample that a small hospital sends to a larger one."),
    honest("P03", "phantom", "visit-in-group", "none", 55, elsewhere::same_group,
        "Treated in another house of the hospital's group during a stay."),
    honest("P03", "phantom", "internet-during-stay", "none", 55, elsewhere::internet,
        "A prescription over the internet during a stay."),
    honest("P03", "phantom", "clinic-before-admission", "none", 55, elsewhere::before_admission,
        "Treated in a clinic on the morning of the admission and on the day after discharge."),
    honest("P03", "phantom", "dialysis-elsewhere", "clue", 55, elsewhere::dialysis,
        "Dialysis at one hospital during a stay in another.").held_out(),
    honest("P03", "phantom", "newborn-seen-elsewhere", "none", 55, elsewhere::newborn,
        "A newborn treated elsewhere under the number of its mother, who lies in.").of(Body::Mother).held_out(),
    honest("P06", "phantom", "leave-recorded", "none", 55, nominal::leave,
        "Leave of three to five nights, entered in the register."),
    honest("P06", "phantom", "weekend-supply", "none", 55, nominal::weekend_supply,
        "Three days' drugs handed out at once."),
    honest("P06", "phantom", "two-quiet-nights", "none", 55, nominal::two_nights,
        "Two nights of waiting for a result."),
    honest("P06", "phantom", "rehabilitation-weekends", "none", 55, nominal::rehabilitation,
        "Long weekends without a session in a rehabilitation hospital.").of(Body::Elder),
    honest("P06", "phantom", "psychiatric-quiet", "none", 55, nominal::psychiatric,
        "A psychiatric stay with care on every fifth day.").held_out(),
    honest("C08", "charge", "intensive-care-moves", "none", 55, days::intensive_care,
        "Both beds charged on the days of the moves to intensive care and back."),
    honest("C08", "charge", "companion-bed", "none", 55, days::companion,
        "A companion's bed beside the patient's."),
    honest("C08", "charge", "newborn-beside-mother", "none", 55, days::newborn_beside,
        "A newborn's claim within its mother's visit.").of(Body::Mother),
    honest("C08", "charge", "bed-taken-back", "none", 55, days::taken_back,
        "Two days of bed too many, refunded as one line."),
    honest("C08", "charge", "observed-before-ward", "none", 55, days::observed_first,
        "A bed under observation on the day of admission, on the same bill.").held_out(),
];

/// Kind of a row of `truth_providers`: a provider whose whole profile is far from its kind's (O19).
pub const ODD_PROFILE: &str = "odd-profile";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_words_are_known() {
        let names: HashSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
        for kind in KINDS {
            assert!(["phantom", "forged", "charge", "overuse"].contains(&kind.scheme));
            let tiers: &[&str] = if kind.look_alike { &["none", "clue"] } else { &["none", "clue", "suspicion", "breach"] };
            assert!(tiers.contains(&kind.expected), "{}", kind.name);
        }
    }

    /// The table of README.md; on failure it is printed to be pasted.
    #[test]
    fn readme_lists_every_kind() {
        let row = |kind: &Kind| format!("| `{}` | {} | {} | {} | {} |\n", kind.name, kind.code, kind.scheme, kind.expected, kind.about);
        let rows = |look_alike| KINDS.iter().filter(|kind| kind.look_alike == look_alike).map(row).collect::<String>();
        let readme = include_str!("../README.md");
        for wanted in [rows(false), rows(true)] {
            assert!(readme.contains(&wanted), "README.md wants:\n{wanted}");
        }
    }
}
