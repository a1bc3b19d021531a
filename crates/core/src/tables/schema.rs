//! The canonical (`plain`) layout, table by table.

use super::column::{AnyColumn, Column, Labels, Scaled};
use super::value::{
    AdmissionWay, AllianceId, Category, Cell, ClaimId, Date, DeviceId, DiagnosisId, DischargeWay, EmployerId, Fen, GroupCase, GroupId,
    HouseholdId, InvoiceId, ItemId, Kind, LimitKind, Movement, OrderId, PairScope, PaymentMethod, Period, PersonId, PhoneId, ProcedureId,
    ProviderId, ProviderKind, Quantity, RegionId, ReportId, SettledHow, Sex, StaffId, StockUnitId, SupplierId, Text, Time, TraceId,
    TraceKind, UnitPrice, VisitKey, VisitType,
};

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnSchema {
    /// Its name in the canonical layout.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
}

/// Whether a column must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The table is complete without it.
    Optional,
    /// The table must have it; single rows may leave it empty.
    Column,
    /// Every row must have it.
    Value,
}

/// One table of the canonical layout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableSchema {
    /// Its name, which is also the file name without its ending.
    pub name: &'static str,
    /// The columns that make a row unique; empty where any row may occur again.
    pub key: &'static [&'static str],
    /// The column by which rows are grouped in memory.
    pub grouped_by: Option<&'static str>,
    /// The columns in canonical order.
    pub columns: &'static [ColumnSchema],
}

impl TableSchema {
    /// The position of a column.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|schema| schema.name == column)
    }
}

/// What every table can do without its columns being named.
pub(crate) trait Table: Default + Send + Sync {
    const SCHEMA: TableSchema;
    fn columns(&self) -> Vec<&dyn AnyColumn>;
    fn columns_mut(&mut self) -> Vec<&mut dyn AnyColumn>;
}

/// The type of a column by the type of its values.
macro_rules! column_type {
    (Label) => { Labels };
    (Fen) => { Scaled<Fen> };
    (Quantity) => { Scaled<Quantity> };
    (UnitPrice) => { Scaled<UnitPrice> };
    ($type:ty) => { Column<$type> };
}

macro_rules! value_type {
    (Label, $life:lifetime) => { &$life str };
    ($type:ty, $life:lifetime) => { $type };
}

macro_rules! kind_of {
    (Label) => {
        Kind::Label
    };
    ($type:ty) => {
        <$type as Cell>::KIND
    };
}

macro_rules! need {
    () => {
        Need::Optional
    };
    (expected) => {
        Need::Column
    };
    (required) => {
        Need::Value
    };
}

macro_rules! tables {
    ($(
        $(#[doc = $doc:literal])*
        $table:ident $columns:ident $row:ident key [$($key:literal),*] $(grouped $grouped:literal)? {
            $($column:ident: $type:ident $($required:ident)?,)*
        }
    )*) => {
        /// Names a canonical table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TableId {
            $($(#[doc = $doc])* $columns,)*
        }

        impl TableId {
            /// Every table, claims first.
            pub const ALL: &'static [TableId] = &[$(TableId::$columns,)*];

            /// The columns of the table.
            pub fn schema(self) -> &'static TableSchema {
                match self { $(TableId::$columns => &$columns::SCHEMA,)* }
            }

            /// The table's name.
            pub fn name(self) -> &'static str {
                self.schema().name
            }

            /// The table of a name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|table| table.name() == name)
            }
        }

        /// Every canonical table with its rows; claims and lines are those of the data set, in canonical order.
        #[derive(Default)]
        pub(crate) struct Tables {
            $(pub(crate) $table: $columns,)*
        }

        impl Tables {
            pub(crate) fn columns(&self, table: TableId) -> Vec<&dyn AnyColumn> {
                match table { $(TableId::$columns => Table::columns(&self.$table),)* }
            }

            pub(crate) fn columns_mut(&mut self, table: TableId) -> Vec<&mut dyn AnyColumn> {
                match table { $(TableId::$columns => Table::columns_mut(&mut self.$table),)* }
            }
        }

        $(
            $(#[doc = $doc])*
            #[derive(Default)]
            pub struct $columns {
                $(#[doc = concat!("`", stringify!($table), ".", stringify!($column), "`")] pub $column: column_type!($type),)*
            }

            impl Table for $columns {
                const SCHEMA: TableSchema = TableSchema {
                    name: stringify!($table),
                    key: &[$($key),*],
                    grouped_by: { #[allow(unused_mut, unused_assignments)] { let mut by: Option<&'static str> = None; $(by = Some($grouped);)? by } },
                    columns: &[$(ColumnSchema {
                        name: stringify!($column),
                        kind: kind_of!($type),
                        need: need!($($required)?),
                    },)*],
                };

                fn columns(&self) -> Vec<&dyn AnyColumn> {
                    vec![$(&self.$column,)*]
                }

                fn columns_mut(&mut self) -> Vec<&mut dyn AnyColumn> {
                    vec![$(&mut self.$column,)*]
                }
            }

            #[doc = concat!("One row of `", stringify!($table), "`.")]
            #[derive(Clone, Copy)]
            pub struct $row<'a> {
                table: &'a $columns,
                row: usize,
            }

            impl<'a> $row<'a> {
                #[allow(dead_code, reason = "views hand out rows of the tables that detectors read so far")]
                pub(crate) fn new(table: &'a $columns, row: usize) -> Self {
                    Self { table, row }
                }

                $(
                    #[doc = concat!("`", stringify!($table), ".", stringify!($column), "`; `None` where absent.")]
                    #[inline]
                    pub fn $column(self) -> Option<value_type!($type, 'a)> {
                        self.table.$column.get(self.row)
                    }
                )*
            }
        )*
    };
}

tables! {
    /// One settlement (结算单).
    claims ClaimTable ClaimRow key ["claim_id"] {
        claim_id: ClaimId required,
        person_id: PersonId required,
        provider_id: ProviderId required,
        visit_type: VisitType required,
        started_at: Time required,
        ended_at: Time expected,
        total_amount: Fen required,
        visit_id: VisitKey,
        settled_at: Time,
        is_insured: bool,
        settled_how: SettledHow,
        original_claim_id: ClaimId,
        is_refund: bool,
        is_interim: bool,
        diagnosis_code: DiagnosisId,
        diagnosis_name: Text,
        department: Text,
        admission_department: Text,
        admission_way: AdmissionWay,
        discharge_way: DischargeWay,
        transferred_from: ProviderId,
        doctor_id: StaffId,
        bed_no: Text,
        discharge_bed_no: Text,
        ward: Text,
        campus: Text,
        is_newborn: bool,
        referrer: Text,
        chronic_code: DiagnosisId,
        insurance_type: Text,
        person_type: Text,
        aid_kind: Text,
        insured_region: RegionId,
        employer_id: EmployerId,
        phone: PhoneId,
        address: Text,
        contact_name: Text,
        credential_type: Text,
        operator_id: StaffId,
        terminal_id: DeviceId,
        invoice_no: InvoiceId,
        payment_method: PaymentMethod,
        group_code: GroupId,
        group_case: GroupCase,
        payment_amount: Fen,
        in_scope_amount: Fen,
        deductible_amount: Fen,
        fund_amount: Fen,
        aid_amount: Fen,
        account_amount: Fen,
        family_account_amount: Fen,
        cash_amount: Fen,
        self_paid_amount: Fen,
        hospital_borne_amount: Fen,
        third_party: Text,
    }
    /// One charged item of a claim (费用明细).
    lines LineTable LineRow key ["claim_id", "line_id"] grouped "claim_id" {
        claim_id: ClaimId required,
        item_code: ItemId required,
        quantity: Quantity required,
        unit_price: UnitPrice required,
        amount: Fen required,
        line_id: Label,
        item_name: Text,
        local_code: Text,
        local_name: Text,
        category: Category,
        pay_class: Text,
        spec: Text,
        dose_form: Text,
        charge_unit: Text,
        in_scope_amount: Fen,
        self_paid_amount: Fen,
        over_cap_amount: Fen,
        discount_amount: Fen,
        limit_met: bool,
        is_approved: bool,
        charged_at: Time,
        posted_at: Time,
        executed_at: Time,
        order_no: OrderId,
        prescription_no: OrderId,
        prescribed_at: Time,
        prescriber_id: StaffId,
        department: Text,
        doctor_id: StaffId,
        executor_id: StaffId,
        dose: Text,
        frequency: Text,
        days_supply: i32,
        device_id: DeviceId,
        body_part: Text,
        package_no: Text,
        reverses_line_id: Label,
        is_discharge_drug: bool,
        is_hospital_made: bool,
        is_procured: bool,
        is_negotiated: bool,
    }
    /// One diagnosis of a claim.
    diagnoses DiagnosisTable DiagnosisRow key [] grouped "claim_id" {
        claim_id: ClaimId required,
        code: DiagnosisId required,
        name: Text,
        is_main: bool,
        present_on_admission: bool,
    }
    /// One operation or procedure of a claim.
    procedures ProcedureTable ProcedureRow key [] grouped "claim_id" {
        claim_id: ClaimId required,
        code: ProcedureId required,
        started_at: Time,
        ended_at: Time,
        surgeon_id: StaffId,
        anaesthetist_id: StaffId,
        anaesthesia_started_at: Time,
        anaesthesia_ended_at: Time,
    }
    /// One person.
    persons PersonTable PersonRow key ["person_id"] grouped "person_id" {
        person_id: PersonId required,
        id_number: Text,
        sex: Sex,
        birth_date: Date,
        death_date: Date,
        region: RegionId,
        household_id: HouseholdId,
    }
    /// One hospital, clinic or pharmacy.
    providers ProviderTable ProviderRow key ["provider_id"] grouped "provider_id" {
        provider_id: ProviderId required,
        name: Text,
        kind: ProviderKind,
        ownership: Text,
        level: i32,
        group_id: AllianceId,
        stock_unit: StockUnitId,
        beds: i32,
        open_beds: i32,
        departments: Text,
        region: RegionId,
        latitude: f64,
        longitude: f64,
        suspended_from: Date,
        suspended_to: Date,
    }
    /// One member of staff at one site.
    staff StaffTable StaffRow key [] grouped "staff_id" {
        staff_id: StaffId required,
        provider_id: ProviderId,
        role: Text,
        specialty: Text,
        licensed_from: Date,
        licensed_to: Date,
        pay_suspended_from: Date,
        pay_suspended_to: Date,
        died_on: Date,
        phone: PhoneId,
    }
    /// One movement of stock (进销存).
    stock StockTable StockRow key [] grouped "provider_id" {
        provider_id: ProviderId required,
        item_code: ItemId required,
        movement: Movement required,
        moved_on: Time required,
        quantity: Quantity required,
        amount: Fen,
        units_per_pack: Quantity,
        voucher_no: Text,
        invoice_no: InvoiceId,
        supplier_id: SupplierId,
        lot_no: Text,
        made_on: Date,
        expires_on: Date,
        trace_code: TraceId,
        claim_id: ClaimId,
    }
    /// One trace code scanned at dispensing (追溯码).
    dispensed DispensedTable DispensedRow key [] grouped "trace_code" {
        trace_code: TraceId required,
        item_code: ItemId,
        claim_id: ClaimId,
        line_id: Label,
        provider_id: ProviderId,
        person_id: PersonId,
        dispensed_at: Time,
        quantity: Quantity,
        is_split: bool,
        is_refund: bool,
        code_kind: TraceKind,
    }
    /// One examination or laboratory report.
    reports ReportTable ReportRow key ["report_id"] grouped "claim_id" {
        report_id: ReportId required,
        claim_id: ClaimId,
        person_id: PersonId,
        item_code: ItemId,
        kind: Text,
        performed_at: Time,
        sampled_at: Time,
        reported_at: Time,
        device_id: DeviceId,
        sample_no: Text,
        image_uid: Text,
        image_count: i32,
        body_part: Text,
        is_positive: bool,
        result_text: Text,
        doctor_id: StaffId,
        lab_provider_id: ProviderId,
    }
    /// One value of a report.
    results ResultTable ResultRow key [] grouped "report_id" {
        report_id: ReportId required,
        analyte: Text required,
        value: Text,
    }
    /// One doctor's order.
    orders OrderTable OrderRow key ["order_no"] grouped "claim_id" {
        order_no: OrderId required,
        claim_id: ClaimId,
        item_code: ItemId,
        quantity: Quantity,
        ordered_at: Time,
        executed_at: Time,
        stopped_at: Time,
        doctor_id: StaffId,
        nurse_id: StaffId,
    }
    /// One period of one visit in one bed.
    bed_log BedTable BedRow key [] grouped "visit_id" {
        visit_id: VisitKey required,
        bed_no: Text required,
        ward: Text,
        from: Time required,
        to: Time,
    }
    /// One payment by the patient.
    payments PaymentTable PaymentRow key [] grouped "claim_id" {
        claim_id: ClaimId required,
        paid_at: Time,
        method: Text,
        amount: Fen,
        receipt_no: InvoiceId,
        payer: Text,
    }
    /// One chronic-disease entitlement.
    entitlements EntitlementTable EntitlementRow key [] grouped "person_id" {
        person_id: PersonId required,
        chronic_code: DiagnosisId,
        from: Time,
        to: Time,
        certifier: Text,
    }
    /// One entry of another register (injury, custody, abroad …).
    registers RegisterTable RegisterRow key [] grouped "person_id" {
        person_id: PersonId required,
        kind: Text,
        from: Time,
        to: Time,
    }
    /// One check that a patient is there.
    presence_checks PresenceCheckTable PresenceCheckRow key [] grouped "person_id" {
        person_id: PersonId required,
        provider_id: ProviderId,
        checked_at: Time,
        method: Text,
        is_present: bool,
    }
    /// One payment group in one year.
    groups GroupTable GroupRow key ["group_code", "year"] grouped "group_code" {
        group_code: GroupId required,
        year: i32 required,
        norm_cost: Fen,
        weight: f64,
        low_bound: f64,
        high_bound: f64,
    }
    /// One item of the catalogue over a period.
    catalogue CatalogueTable CatalogueRow key [] grouped "item_code" {
        item_code: ItemId required,
        item_name: Text,
        category: Category,
        unit: Text,
        ingredient: Text,
        presence: bool,
        sex_limit: Sex,
        min_age: i32,
        max_age: i32,
        setting: Text,
        min_level: i32,
        units_per_pack: Quantity,
        minutes: f64,
        family: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: who, where or under which insurance an item is paid for. One limit a row.
    limits LimitTable LimitRow key [] grouped "item_code" {
        item_code: ItemId required,
        kind: LimitKind required,
        item_name: Text,
        sex: Sex,
        min_age: i32,
        max_age: i32,
        max_age_days: i32,
        min_level: i32,
        settings: Text,
        insurances: Text,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: an item that includes another, which is not charged beside it.
    exclusive_pairs ExclusivePairTable ExclusivePairRow key [] grouped "item_code" {
        item_code: ItemId required,
        other_code: ItemId required,
        scope: PairScope required,
        item_name: Text,
        other_name: Text,
        hours: i32,
        included: Quantity,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: the most of an item that is paid for in a period.
    frequencies FrequencyTable FrequencyRow key [] grouped "item_code" {
        item_code: ItemId required,
        most: Quantity required,
        per: Period required,
        item_name: Text,
        charge_unit: Text,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: the least time between two charges of an item.
    intervals IntervalTable IntervalRow key [] grouped "item_code" {
        item_code: ItemId required,
        days: i32 required,
        item_name: Text,
        most: i32,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: the longest course of an item that is paid for.
    courses CourseTable CourseRow key [] grouped "item_code" {
        item_code: ItemId required,
        max_days: i32 required,
        item_name: Text,
        min_interval_days: i32,
        per: Text,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: an item that is paid for only beside another.
    prerequisites PrerequisiteTable PrerequisiteRow key [] grouped "item_code" {
        item_code: ItemId required,
        other_code: ItemId required,
        scope: PairScope,
        item_name: Text,
        other_name: Text,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: an item that is known to be billed in place of another.
    swap_pairs SwapPairTable SwapPairRow key [] grouped "item_code" {
        item_code: ItemId required,
        other_code: ItemId required,
        item_name: Text,
        other_name: Text,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: the highest price of an item that is paid for.
    price_caps PriceCapTable PriceCapRow key [] grouped "item_code" {
        item_code: ItemId required,
        price: UnitPrice required,
        item_name: Text,
        level: i32,
        region: RegionId,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: a part of an item that is charged as a whole.
    kits KitTable KitRow key [] grouped "item_code" {
        item_code: ItemId required,
        other_code: ItemId required,
        item_name: Text,
        other_name: Text,
        quantity: Quantity,
        price: UnitPrice,
        region: RegionId,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: an item that is charged only on top of another.
    add_ons AddOnTable AddOnRow key [] grouped "item_code" {
        item_code: ItemId required,
        other_code: ItemId required,
        item_name: Text,
        other_name: Text,
        most: Quantity,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: operations of which the second and later through one incision are charged at a part of their price.
    discount_groups DiscountGroupTable DiscountGroupRow key [] grouped "item_code" {
        item_code: ItemId required,
        group: Text required,
        item_name: Text,
        percent: i32,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: how long an item takes.
    minutes MinutesTable MinutesRow key [] grouped "item_code" {
        item_code: ItemId required,
        minutes: f64 required,
        item_name: Text,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One knowledge point: a subject to look at.
    watch_lists WatchListTable WatchListRow key [] {
        list: Text required,
        subject_kind: Text required,
        subject_id: Text required,
        remark: Text,
        source: Text,
        valid_from: Date,
        valid_to: Date,
    }
    /// One decided case.
    labels LabelTable LabelRow key [] {
        subject_kind: Text required,
        subject_id: Text required,
        is_confirmed: bool required,
        scheme: Text,
        amount: Fen,
        decided_on: Date,
    }
}
