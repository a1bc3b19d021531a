//! One person's year while it is being written: claims so far, days taken, numbers given out.

use crate::claim::{Bill, Claim, Invoice, Line, Mark, Supply, VisitType};
use crate::clock::{DAY, Day, FIRST_DAY, LAST_DAY, MINUTE, Time, day_of, midnight};
use crate::dice::{Dice, Purpose};
use crate::money::{Fen, amount};
use crate::plan::Scene;
use crate::world::World;
use crate::world::items::Choice;
use crate::world::persons::Person;
use crate::world::providers::{Profile, Provider, ProviderKind};

/// Honest stays keep so many days between them, beyond the window in which a readmission would be looked at.
const BETWEEN_STAYS: Day = 17;

/// A person's year.
pub(crate) struct Year<'w> {
    pub(crate) world: &'w World,
    pub(crate) person: Person,
    pub(crate) dice: Dice,
    pub(crate) claims: Vec<Claim>,
    /// Claims that a scene wrote for the person's twin.
    pub(crate) for_twin: Vec<Claim>,
    /// Position in [`crate::KINDS`] of the scene being written.
    pub(crate) kind: usize,
    /// The person's part in the event being written.
    pub(crate) scene: Scene,
    /// Honest care ends here: the year's last day, or the day before the scene of a death.
    pub(crate) last_day: Day,
    taken: Vec<(Day, Day)>,
    visits: u32,
    orders: u32,
}

impl<'w> Year<'w> {
    pub(crate) fn new(world: &'w World, person: Person, dice: Dice) -> Self {
        Self {
            world,
            person,
            dice,
            claims: Vec::new(),
            for_twin: Vec::new(),
            kind: 0,
            scene: Scene { kind: 0, place: 0, event: 0 },
            last_day: LAST_DAY,
            taken: Vec::new(),
            visits: 0,
            orders: 0,
        }
    }

    pub(crate) fn new_visit(&mut self) -> u32 {
        self.visits += 1;
        self.visits
    }

    pub(crate) fn new_order(&mut self) -> u32 {
        self.orders += 1;
        self.orders
    }

    /// A blank claim of a new visit, settled within the hour after its end.
    pub(crate) fn open(&mut self, provider: u32, visit_type: VisitType, illness: u16, from: Time, to: Time) -> Claim {
        let world = self.world;
        let department = world.provider(provider).department(world.illnesses.get(illness).department);
        let settled_at = to + self.dice.range(4 * MINUTE, 50 * MINUTE);
        Claim {
            provider,
            visit_type,
            visit: Some(self.new_visit()),
            started_at: from,
            ended_at: to,
            settled_at,
            is_manual: false,
            is_insured: self.person.is_insured,
            is_refund: false,
            is_interim: false,
            is_newborn: false,
            original: None,
            phone: None,
            illness,
            secondary: self.person.chronic.filter(|&chronic| chronic != illness),
            doctor: world.provider(provider).doctor(&mut self.dice, department),
            admission: None,
            discharge: None,
            transferred_from: None,
            leave: None,
            by_group: false,
            has_operation: false,
            invoice: Invoice::Own,
            method: None,
            terminal: world.provider(provider).terminal(from),
            bill: Bill::default(),
            lines: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Those of a menu that the fund pays for this person at the provider in such a visit.
    pub(crate) fn suitable(&self, menu: &[Choice], provider: u32, visit_type: VisitType) -> Vec<Choice> {
        let (is_male, age, level) = (self.person.is_male, self.person.age(), self.world.provider(provider).level);
        let limit = |choice: &Choice| self.world.items.get(choice.at(provider)).limit;
        let suits = |choice: &Choice| limit(choice).suits(is_male, age) && limit(choice).suits_place(level, visit_type);
        menu.iter().copied().filter(suits).collect()
    }

    /// Adds a line. At a date-only provider the charge keeps its date and the execution is not recorded.
    pub(crate) fn charge(&mut self, claim: &mut Claim, item: u16, quantity: i64, charged_at: Time, executed_at: Time) {
        let world = self.world;
        let provider = world.provider(claim.provider);
        let row = world.items.get(item);
        let unit_price = row.price(provider.level);
        let amount = amount(quantity, unit_price);
        let order = (claim.visit_type != VisitType::Pharmacy).then(|| self.new_order());
        claim.lines.push(Line {
            item,
            quantity,
            unit_price,
            amount,
            in_scope: row.in_scope(amount),
            discount: 0,
            charged_at: if provider.is_date_only { midnight(day_of(charged_at)) } else { charged_at },
            executed_at: (!provider.is_date_only && order.is_some()).then_some(executed_at),
            order,
            executor: provider.nurse(&mut self.dice),
            days_supply: 0,
            is_discharge_drug: false,
            reverses: None,
            supply: Supply::Billed,
        });
    }

    /// Takes a settled claim into the year.
    pub(crate) fn push(&mut self, claim: Claim) -> usize {
        self.claims.push(claim);
        self.claims.len() - 1
    }

    /// Takes a stay into the year and keeps honest care clear of it.
    pub(crate) fn push_stay(&mut self, claim: Claim) -> usize {
        self.take(day_of(claim.started_at), day_of(claim.ended_at));
        self.push(claim)
    }

    /// Records the scene being written on a claim, with the fund's planted loss.
    pub(crate) fn mark(&mut self, claim: usize, loss: Fen) {
        let kind = self.kind;
        self.claims[claim].marks.push(Mark { kind, loss });
    }

    /// Records a look-alike.
    pub(crate) fn mark_honest(&mut self, claim: usize) {
        self.mark(claim, 0);
    }

    /// Keeps honest care out of the days `from..=to`.
    pub(crate) fn take(&mut self, from: Day, to: Day) {
        self.taken.push((from, to));
    }

    /// Whether an honest stay may lie in `from..=to`.
    pub(crate) fn is_free_for_stay(&self, from: Day, to: Day) -> bool {
        let apart = |&(first, last): &(Day, Day)| to + BETWEEN_STAYS < first || last + BETWEEN_STAYS < from;
        from >= FIRST_DAY && to < LAST_DAY && to <= self.last_day && self.taken.iter().all(apart)
    }

    /// Whether an honest visit may fall on a day.
    pub(crate) fn is_free_for_visit(&self, day: Day) -> bool {
        let apart = |&(first, last): &(Day, Day)| day < first || last < day;
        day >= FIRST_DAY && day <= self.last_day && self.taken.iter().all(apart)
    }

    /// A day from which a scene of `span` days fits in the year.
    pub(crate) fn anchor(&mut self, span: Day) -> Day {
        self.dice.days(FIRST_DAY + 3, LAST_DAY - span - 3)
    }

    /// Settles the person's death; honest care ends the day before.
    pub(crate) fn die(&mut self, day: Day) {
        self.person.died = Some(day);
        self.last_day = day - 1;
    }

    /// Draws that all who share the event being written make alike: where and when it happens. `place` in [`Scene`] tells them apart.
    pub(crate) fn event_dice(&self) -> Dice {
        Dice::new(self.world.seed, Purpose::Event, (u64::from(self.scene.kind) << 32) | u64::from(self.scene.event))
    }

    /// A number that belongs to the event being written alone.
    pub(crate) fn event_number(&self) -> u64 {
        1_000_000_000 + u64::from(self.scene.kind) * 10_000_000 + u64::from(self.scene.event)
    }

    /// A number that belongs to the person alone.
    pub(crate) fn person_number(&self) -> u64 {
        u64::from(self.person.number)
    }

    /// A general hospital of the county with the property, larger ones more often; the person's own if none has it.
    pub(crate) fn hospital_where(&mut self, wanted: impl Fn(&Provider) -> bool) -> u32 {
        let world = self.world;
        let county = &world.counties[self.person.county as usize];
        for _ in 0..48 {
            let number = county.hospital(&mut self.dice, Profile::General);
            let provider = world.provider(number);
            if !provider.is_odd && wanted(provider) {
                return number;
            }
        }
        self.person.hospital
    }

    /// A hospital for honest scenes, where nothing crooked distorts the provider's own figures.
    pub(crate) fn honest_hospital(&mut self) -> u32 {
        self.hospital_where(|provider| !provider.is_bent)
    }

    /// A hospital for honest scenes that records true times.
    pub(crate) fn timed_hospital(&mut self) -> u32 {
        self.hospital_where(|provider| !provider.is_bent && !provider.is_date_only)
    }

    /// Where a scheme happens: six in ten at the few bent providers, the rest at any other below level 3 that records true times.
    pub(crate) fn scheme_hospital(&mut self) -> u32 {
        let bent = self.world.bent_providers(self.person.county, ProviderKind::Hospital);
        if self.dice.chance(600)
            && let Some(&number) = self.dice.pick(&bent)
        {
            return number;
        }
        self.hospital_where(|provider| !provider.is_bent && !provider.is_date_only && provider.level <= 2)
    }

    /// A general hospital outside the unit of another.
    pub(crate) fn other_hospital(&mut self, than: u32) -> u32 {
        let world = self.world;
        self.hospital_where(|provider| !provider.is_bent && !provider.same_unit(world.provider(than)))
    }

    /// Takes over the claims a twin's scene wrote, under this person's own numbers.
    pub(crate) fn adopt(&mut self, claims: Vec<Claim>) {
        for claim in claims {
            self.visits = self.visits.max(claim.visit.unwrap_or(0));
            self.orders = self.orders.max(claim.lines.iter().filter_map(|line| line.order).max().unwrap_or(0));
            self.push_stay(claim);
        }
    }
}

/// Execution may not leave the day it is charged on.
pub(crate) fn within_day(day: Day, time: Time) -> Time {
    time.clamp(midnight(day), midnight(day) + DAY - 1)
}
