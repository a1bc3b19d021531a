//! The list of planted kinds: what each is, what it looks like, and how far a screen can be expected to go.

use crate::care::year::Year;
use crate::scenes::{after_death, bodies, copies, cycles, identities, limits, moves, overlap, refunds, splits, totals, twins};
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
    scheme("C10", "charge", "child-drug-adult", "breach", 36, limits::child_drug,
        "A child's drug charged in scope on an adult's visit."),
    scheme("C10", "charge", "womans-drug-man", "breach", 30, limits::womans_drug,
        "A woman's drug charged in scope on a man's visit.").of(Body::Man),
    scheme("C10", "charge", "child-drug-relative", "none", 14, limits::relatives_number,
        "A child's drug for an adult, charged under a child's number.").of(Body::Child),
    scheme("F07", "forged", "delivery-man", "suspicion", 24, bodies::delivery,
        "A delivery billed under a man's number.").of(Body::Man),
    scheme("F07", "forged", "obstetric-scan-man", "suspicion", 36, bodies::scan,
        "An obstetric ultrasound on a man's visit.").of(Body::Man),
    scheme("F07", "forged", "gynaecology-visit-man", "suspicion", 30, bodies::gynaecology,
        "A gynaecological visit under a man's number.").of(Body::Man),
    scheme("F07", "forged", "obstetric-scan-recoded", "none", 14, bodies::recoded_scan,
        "The same ultrasound under the code of an abdominal one.").of(Body::Man),
    scheme("F06", "forged", "one-phone-many-patients", "suspicion", 36, identities::one_phone,
        "Twelve invented patients with one telephone number at a bent provider.").together(12),
    scheme("F06", "forged", "staff-phone-patients", "suspicion", 28, identities::staff_phone,
        "Seven invented patients with the telephone number of the provider's doctor.").together(7),
    scheme("F06", "forged", "phones-in-turn", "none", 16, identities::phones_in_turn,
        "Twelve invented patients with three telephone numbers in turn.").together(12),
    scheme("F06", "forged", "certificate-twice", "suspicion", 40, identities::certificate_twice,
        "A second person number with the certificate of another, with visits between the other's.").together(2),
    scheme("F06", "forged", "certificate-two-wards", "breach", 30, identities::two_wards,
        "A thin stay under a second person number while the holder of its certificate lies in another hospital.").together(2),
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
    honest("C10", "charge", "off-limit-own-pay", "none", 50, limits::own_pay,
        "A child's drug on an adult's visit that the patient pays alone."),
    honest("C10", "charge", "mismapped-limit", "none", 50, limits::mismapped,
        "A drug whose map row bears another's limit, which nobody keeps to."),
    honest("C10", "charge", "limited-line-reversed", "none", 50, limits::reversed,
        "A child's drug entered on an adult's bill by mistake and taken back."),
    honest("C10", "charge", "teenager-child-drug", "none", 50, limits::teenager,
        "A child's drug for somebody of fifteen or sixteen, whom no rule calls an adult.").of(Body::Teen).held_out(),
    honest("F07", "forged", "newborn-visit-marked", "none", 55, bodies::newborn_marked,
        "A newborn's visit under its mother's number, marked as such, with a child's drug.").of(Body::Mother),
    honest("F07", "forged", "newborn-visit-unmarked", "none", 50, bodies::newborn_unmarked,
        "A newborn's jaundice under its mother's number without a mark.").of(Body::Mother),
    honest("F07", "forged", "further-code-mistyped", "clue", 50, bodies::mistyped_code,
        "A further diagnosis of the other sex, entered by mistake.").of(Body::Man),
    honest("F07", "forged", "newborn-fathers-number", "none", 50, bodies::newborn_marked,
        "A newborn's visit under its father's number, marked as such.").of(Body::Man).held_out(),
    honest("F06", "forged", "number-mistyped", "clue", 50, identities::mistyped,
        "A wrong check character in an honest person's identity number."),
    honest("F06", "forged", "moved-insurance", "clue", 50, identities::moved,
        "One certificate under two person numbers, the second used after the first.").together(2),
    honest("F06", "forged", "village-clinic-line", "none", 60, identities::village_line,
        "Twelve neighbours who give the village clinic's telephone number there.").together(12),
    honest("F06", "forged", "employer-line", "none", 60, identities::employer_line,
        "Twelve colleagues who give their employer's telephone number at one clinic.").of(Body::Man).together(12).held_out(),
    honest("F06", "forged", "care-home-line", "none", 60, identities::care_home,
        "Twelve residents of a care home who give its number at clinic, hospital and pharmacy.").of(Body::Elder).together(12).held_out(),
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
