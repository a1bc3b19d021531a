//! The tables of the national platform: recognised under many names and headers, and read past their traps.

use crate::support::{folder, open, read, rows, table};
use claimsift::intake::Chunk;
use claimsift_io::{Input, LayoutChoice};
use tempfile::TempDir;

/// A refund as a negative copy, an invalid row, two settlements of one visit, an out-of-area twin; `med_type` and `hosp_lv` as numbers.
const SETL: &str = "\
setl_id,mdtrt_id,init_setl_id,psn_no,certno,gend,brdy,insutype,psn_type,insu_admdvs,fixmedins_code,fixmedins_name,hosp_lv,fix_blng_admdvs,begndate,enddate,setl_time,med_type,setl_type,clr_way,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt,act_pay_dedc,maf_pay,fund_pay_sumamt,acct_pay,cash_payamt,ownpay_hosp_part,acct_mulaid_pay,refd_setl_flag,invono,manl_reim_rea,vali_flag,mid_setl_flag,bydise_setl_payamt
S1,M1,,P1,11010519491231002X,1,1949-12-31,310,12,420100,H42010000001,一院,2,420100,2025-03-01,2025-03-31,2025-03-31 16:02:03,21,2,4,9000.00,100.00,50.00,250.00,8600.00,500.00,0.00,7000.00,300.00,700.00,0.00,0.00,0,I1,,1,1,6500.00
S2,M1,,P1,11010519491231002X,1,1949-12-31,310,12,420100,H42010000001,一院,2,420100,2025-04-01,2025-04-09,2025-04-09 10:00:00,21,2,4,3000.00,0,0,0,3000.00,0.00,0.00,2500.00,0.00,500.00,0.00,0.00,0,I2,,1,0,0.00
S3,M2,,P2,,2,1980-05-06,390,15,420100,P42010000002,大药房,11,420100,2025-04-02,2025-04-02,2025-04-02 09:00:00,41,2,1,-,0,0,0,80.00,0.00,0.00,0.00,80.00,0.00,0.00,0.00,0,I3,,1,0,
S4,M2,,P2,,2,1980-05-06,390,15,420100,P42010000002,大药房,11,420100,2025-04-02,2025-04-02,2025-04-02 09:00:00,41,2,1,80.00,0,0,0,80.00,0.00,0.00,0.00,80.00,0.00,0.00,0.00,0,I3,,0,0,
S5,M3,,,510101198801011234,男,1988-01-01,390,15,420100,H42010000001,一院,02,420100,2025-04-05,2025-04-05,2025-04-05,01,2,1,60.00,0,0,0,60.00,0.00,0.00,30.00,0.00,30.00,0.00,0.00,0,I4,9,1,0,
S6,M3,S5,,510101198801011234,男,1988-01-01,390,15,420100,H42010000001,一院,02,420100,2025-04-05,2025-04-05,2025-04-06,11,2,1,-60.00,0,0,0,-60.00,0.00,0.00,-30.00,0.00,-30.00,0.00,0.00,1,I5,,1.0,0,
";
const OUTMED: &str = "setl_id,mdtrt_id,psn_no,fixmedins_code,begndate,enddate,setl_time,med_type,medfee_sumamt,vali_flag,gend,brdy\nX1,N1,P1,H31000000001,20250501,20250503,2025-05-03 08:00:00,21.0,500.00,1,1,1949-12-31\n";
const MDTRT: &str = "\
mdtrt_id,psn_no,fixmedins_code,begntime,endtime,med_type,refl_old_mdtrt_id,adm_dept_name,adm_bed,dscg_bed,traf_dept_flag,dscg_maindiag_code,dscg_maindiag_name,dscg_way,ipt_days,ars_year_ipt_flag,tel,vali_flag,chfpdr_code,die_date
M1,P1,H42010000001,2025-03-01 08:30:00,2025-04-09 11:00:00,21,M0,内科,12床,15床,1,J18.900,肺炎,2,,0,13800000000,1,D1,
M0,P1,H42010000009,2025-02-20 08:30:00,2025-02-28 11:00:00,21,,内科,1,1,0,J18.900,肺炎,3,,0,,1,D7,
M3,P3,H42010000001,2025-04-05 09:15:00,2025-04-05 09:40:00,11,,门诊,,,0,,,9,,0,,1,D2,
";
const FEE: &str = "\
bkkp_sn,mdtrt_id,fee_ocur_time,setl_id,rx_drord_no,fixmedins_code,cnt,pric,det_item_fee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt,chrgitm_lv,med_list_codg,hilist_code,hilist_name,med_chrgitm_type,list_type,bilg_dr_code,acord_dr_code,lmt_used_flag,hosp_appr_flag,init_feedetl_sn,vali_flag
F1,M1,2025-03-01 09:00:00,S1,O1,H42010000001,2.0000,10.500000,21.00,0.00,1.00,0.00,20.00,1,XJ01,XJ01,头孢（注射）,09,101,D1,N1,1,0,0,1
F2,M1,2025-03-01,S1,,H42010000001,1,30,30.00,0,0,0,30.00,02,,001109000010000,床位费,1,201,,,,2,,1
F3,M1,2025-04-10,,,H42010000001,1,30,30.00,0,0,0,30.00,02,B,B,床位费,01,201,,,,,,1
F4,M1,2025-04-01,S2,,H42010000001,1,30,30.00,0,0,0,30.00,02,B,B,床位费,01,201,,,,,,0
F5,M2,2025-04-02,S4,,P42010000002,1,80,80.00,0,0,0,80.00,01,XA,XA,药,,301,,,,,,1
";
const DIAG: &str = "setl_list_diag_id,setl_id,mdtrt_id,psn_no,diag_type,maindiag_flag,diag_code,diag_name,adm_cond_type,vali_flag\n1,S1,M1,P1,1,1,J18.900,肺炎,1,1\n2,S1,M1,P1,1,0,I10.x00,高血压,4,1\n3,S5,M3,,1,1,J06.900,感冒,,1\n4,S4,M2,,1,1,Z00.000,,,1\n5,S1,M1,P1,1,0,,,,1\n";
const OPRN: &str = "setl_list_oprn_id,setl_id,mdtrt_id,main_oprn_flag,oprn_oprt_code,oprn_oprt_date,oper_dr_code,vali_flag,oprn_oprt_begntime\n1,S1,M1,1,33.2400,2025-03-02,D9,1,\n";

const SIX: [(&str, &str); 6] = [
    ("setl_d.csv", SETL),
    ("outmed_setl_d.csv", OUTMED),
    ("mdtrt_d.csv", MDTRT),
    ("fee_list_d.csv", FEE),
    ("setl_list_diag_d.csv", DIAG),
    ("setl_list_oprn_d.csv", OPRN),
];

fn national(files: &[(&str, &str)]) -> (TempDir, Input) {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let folder = folder(&files);
    let input = open(folder.path()).expect("an input");
    assert_eq!(input.layout().name(), "national");
    (folder, input)
}

/// The rows of a table without their files.
fn table_of(input: &Input, name: &str, wanted: &[&str]) -> Vec<String> {
    let rows = rows(&read(input, name, wanted).expect("rows"), wanted);
    rows.iter().map(|row| row.split_once(": ").expect("a place").1.to_owned()).collect()
}

fn set_aside(chunks: &[Chunk]) -> Vec<(String, u64)> {
    let mut all: Vec<_> = chunks.iter().flat_map(|chunk| chunk.set_aside.clone()).collect();
    all.sort();
    all
}

fn counted(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    counts.iter().map(|(reason, rows)| ((*reason).to_owned(), *rows)).collect()
}

#[test]
fn codes_are_known_as_numbers_and_as_texts() {
    let (_folder, input) = national(&SIX);
    let wanted = ["claim_id", "visit_type", "payment_method"];
    // 01 is no code of the national list; it stays for the user to see.
    let expected = ["X1|inpatient|absent", "S1|inpatient|drg", "S2|inpatient|drg", "S3|pharmacy|item", "S5|01|item", "S6|outpatient|item"];
    assert_eq!(table_of(&input, "claims", &wanted), expected);
    let providers = ["H31000000001|null|null", "H42010000001|3|null", "P42010000002|0|pharmacy", "H42010000009|null|null"];
    let mut found = table_of(&input, "providers", &["provider_id", "level", "kind"]);
    found.sort_by_key(|row| providers.iter().position(|expected| expected == row));
    assert_eq!(found, providers);
}

#[test]
fn rows_that_are_not_valid_or_not_settled_are_set_aside() {
    let (_folder, input) = national(&SIX);
    let aside = |name: &str| set_aside(&read(&input, name, &["claim_id"]).expect("rows"));
    assert_eq!(aside("claims"), counted(&[("not valid (vali_flag)", 1)]));
    assert_eq!(aside("lines"), counted(&[("not settled", 1), ("not valid (vali_flag)", 1), ("settlement not valid (vali_flag)", 1)]));
    assert_eq!(aside("diagnoses"), counted(&[("no diagnosis code", 1), ("settlement not valid (vali_flag)", 1)]));
    assert_eq!(table_of(&input, "lines", &["claim_id", "line_id"]), ["S1|F1", "S1|F2"]);
}

#[test]
fn refunds_stay_negative_copies_of_what_they_take_back() {
    let (_folder, input) = national(&SIX);
    let claims = table_of(&input, "claims", &["claim_id", "is_refund", "original_claim_id", "total_amount", "settled_how"]);
    assert_eq!(claims[4], "S5|false|null|60.00|manual");
    assert_eq!(claims[5], "S6|true|S5|-60.00|online");
}

#[test]
fn settlements_of_one_visit_share_it_and_interim_ones_say_so() {
    let (_folder, input) = national(&SIX);
    let claims = table_of(&input, "claims", &["claim_id", "visit_id", "is_interim", "started_at", "ended_at"]);
    // The hour of the visit counts on the day of the visit only.
    assert_eq!(claims[1], "S1|M1|true|2025-03-01 08:30:00|2025-03-31");
    assert_eq!(claims[2], "S2|M1|false|2025-04-01|2025-04-09 11:00:00");
}

#[test]
fn a_transfer_names_the_provider_before() {
    let (_folder, input) = national(&SIX);
    let wanted = ["claim_id", "transferred_from", "discharge_way", "bed_no", "discharge_bed_no", "department", "doctor_id"];
    let claims = table_of(&input, "claims", &wanted);
    assert_eq!(claims[1], "S1|H42010000009|transfer_hospital|12床|15床|内科|D1");
    assert_eq!(claims[3], "S3|null|null|null|null|null|null");
}

#[test]
fn out_of_area_settlements_come_with_the_others() {
    let (_folder, input) = national(&SIX);
    let claims = table_of(&input, "claims", &["claim_id", "settled_how", "started_at", "total_amount"]);
    assert_eq!(claims[0], "X1|out_of_area|20250501|500.00");
}

#[test]
fn the_diagnosis_comes_from_the_visit_else_from_the_settlement_list() {
    let (_folder, input) = national(&SIX);
    let claims = table_of(&input, "claims", &["claim_id", "diagnosis_code"]);
    assert_eq!(claims[1..], ["S1|J18.900", "S2|J18.900", "S3|null", "S5|J06.900", "S6|null"]);
    let diagnoses = table_of(&input, "diagnoses", &["claim_id", "code", "is_main", "present_on_admission"]);
    assert_eq!(diagnoses, ["S1|J18.900|true|true", "S1|I10.x00|false|false", "S5|J06.900|true|null"]);
    assert_eq!(table_of(&input, "procedures", &["claim_id", "code", "started_at"]), ["S1|33.2400|2025-03-02"]);
}

#[test]
fn persons_are_those_of_visits_and_settlements_by_number_else_by_a_pseudonym_of_the_certificate() {
    let (_folder, input) = national(&SIX);
    let mut persons = table_of(&input, "persons", &["person_id", "sex", "birth_date", "region"]);
    persons.sort();
    let expected =
        ["P1|male|1949-12-31|420100", "P2|female|1980-05-06|420100", "P3|null|null|null", "~926d2bbcedd590ff|male|1988-01-01|420100"];
    assert_eq!(persons, expected);
    assert_eq!(table_of(&input, "claims", &["claim_id", "person_id"])[4..], ["S5|~926d2bbcedd590ff", "S6|~926d2bbcedd590ff"]);
    let register = "psn_no,certno,gend,brdy,resdbook_no\nP1,11010519491231002X,1,1949-12-31,HH1\nP9,,2,1990-01-01,HH1\n";
    let (_folder, input) = national(&[&SIX[..], &[("psn_info_b.csv", register)]].concat());
    assert_eq!(table_of(&input, "persons", &["person_id", "household_id"]), ["P1|HH1", "P9|HH1"]);
}

#[test]
fn money_and_lines_take_their_columns() {
    let (_folder, input) = national(&SIX);
    let wanted = ["self_paid_amount", "in_scope_amount", "deductible_amount", "fund_amount", "cash_amount", "payment_amount"];
    assert_eq!(
        table_of(&input, "claims", &wanted)[1..3],
        ["400.00|8600.00|500.00|7000.00|700.00|6500.00", "0|3000.00|0.00|2500.00|500.00|null"]
    );
    let wanted = [
        "item_code",
        "category",
        "pay_class",
        "charged_at",
        "over_cap_amount",
        "limit_met",
        "is_approved",
        "reverses_line_id",
        "executor_id",
    ];
    let expected =
        ["XJ01|western_drug|A|2025-03-01 09:00:00|1.00|true|null|null|N1", "001109000010000|bed|B|2025-03-01|0|null|false|null|null"];
    assert_eq!(table_of(&input, "lines", &wanted), expected);
    assert_eq!(table_of(&input, "lines", &["item_name"])[0], "头孢（注射）");
}

#[test]
fn prefixes_suffixes_parts_and_other_cases_are_the_same_files() {
    let upper = |text: &str| text.lines().next().expect("a header").to_uppercase() + "\n" + text.split_once('\n').expect("rows").1;
    let (setl, fee) = (upper(SETL), upper(FEE));
    let (_folder, input) =
        national(&[("ods_setl_d_di/pt=202504/part-0.csv", &setl), ("ODS_FEE_LIST_D_202504.csv", &fee), ("dwd.mdtrt_d.csv", MDTRT)]);
    assert_eq!(table_of(&input, "lines", &["line_id"]), ["F1", "F2"]);
    assert_eq!(table_of(&input, "claims", &["bed_no"])[0], "12床");
}

#[test]
fn files_of_any_name_are_known_by_chinese_or_english_headers() {
    let settlements = "结算ID,就诊ID,人员编号,定点医药机构编号,医疗类别,开始日期,结束日期,医疗费总额,基金支付总额,有效标志\nS1,M1,P1,H1,21,2025-03-01,2025-03-05,100.00,80.00,1\n";
    let visits =
        "就诊ID,人员编号,定点医药机构编号,医疗类别,开始时间,结束时间,入院床位\nM1,P1,H1,21,2025-03-01 08:00:00,2025-03-05 10:00:00,7\n";
    let lines =
        "费用明细流水号,结算ID,医保目录编码,项目名称,数量,单价,明细项目费用总额,费用发生时间\nF1,S1,XA01,药,2,50,100.00,2025-03-02\n";
    let (_folder, input) = national(&[("导出1.csv", settlements), ("导出2.csv", visits), ("导出3.csv", lines)]);
    let wanted = ["claim_id", "visit_type", "started_at", "bed_no", "fund_amount"];
    assert_eq!(table_of(&input, "claims", &wanted), ["S1|inpatient|2025-03-01 08:00:00|7|80.00"]);
    assert_eq!(table_of(&input, "lines", &["claim_id", "item_code", "quantity"]), ["S1|XA01|2"]);
    let (_folder, input) = national(&[("a.csv", SETL), ("b.csv", MDTRT), ("c.csv", FEE), ("d.csv", DIAG), ("e.csv", OPRN)]);
    assert_eq!(table_of(&input, "claims", &["claim_id", "bed_no"])[0], "S1|12床");
    assert_eq!(table_of(&input, "procedures", &["claim_id"]), ["S1"]);
}

#[test]
fn interface_spellings_are_the_same_columns() {
    let setl = "setl_id,mdtrt_id,psn_no,fixmedins_code,med_type,begndate,enddate,medfee_sumamt,inscp_scp_amt,overlmt_amt,insu_optins,psn_cash_pay\nS1,M1,P1,H1,11,2025-03-01,2025-03-01,10,9,1,420100,2\n";
    let fee = "feedetl_sn,setl_id,med_list_codg,cnt,pric,det_item_fee_sumamt,bilg_dr_codg,orders_dr_code\nF1,S1,A,1,10,10,D1,D2\n";
    let (_folder, input) = national(&[("setl_d.csv", setl), ("2204_fee_list_d.csv", fee)]);
    let wanted = ["in_scope_amount", "self_paid_amount", "insured_region", "cash_amount"];
    assert_eq!(table_of(&input, "claims", &wanted), ["9|1|420100|2"]);
    assert_eq!(table_of(&input, "lines", &["line_id", "doctor_id", "executor_id"]), ["F1|D1|D2"]);
}

#[test]
fn stock_interfaces_make_one_book_and_trace_codes_a_row_each() {
    let files = [
        ("setl_d.csv", SETL),
        (
            "3501.csv",
            "fixmedins_code,med_list_codg,invdate,inv_cnt,memo,inv_data_type\nH1,XA,2025-01-01,5,期初盘存,1\nH1,XA,2025-03-31,2,,1\nH1,XA,2025-03-31,2,,2\n",
        ),
        ("3502.csv", "fixmedins_code,med_list_codg,inv_chg_type,inv_chg_time,cnt\nH1,XA,101,2025-02-01,3\nH1,XA,104,2025-02-02,1\n"),
        (
            "3503_采购.csv",
            "fixmedins_code,med_list_codg,purc_retn_cnt,purc_retn_stoin_time,spler_name,purc_invo_no\nH1,XA,10,2025-02-03,甲,V1\n",
        ),
        ("x.csv", "fixmedins_code,med_list_codg,purc_retn_cnt,purc_retn_stoin_time,medins_prod_purc_no\nH1,XA,1,2025-02-04,V1\n"),
        (
            "3505.csv",
            "fixmedins_code,med_list_codg,sel_retn_cnt,sel_retn_time,setl_id,psn_no,drug_trac_codg,trdn_flag\nH1,XA,2,2025-02-05,S1,P1,T1|T2,0\nH1,XA,1,2025-02-06,,,,1\n",
        ),
        ("3506.csv", "fixmedins_code,med_list_codg,sel_retn_cnt,sel_retn_time,medins_prod_sel_no\nH1,XA,1,2025-02-07,Z\n"),
    ];
    let (_folder, input) = national(&files);
    let expected = [
        "opening|2025-01-01|5",
        "closing|2025-03-31|2",
        "transfer_in|2025-02-01|3",
        "loss|2025-02-02|1",
        "purchase|2025-02-03|10",
        "sale|2025-02-05|2",
        "sale|2025-02-06|1",
        "sale_return|2025-02-07|1",
        "purchase_return|2025-02-04|1",
    ];
    assert_eq!(table_of(&input, "stock", &["movement", "moved_on", "quantity"]), expected);
    let dispensed = table_of(&input, "dispensed", &["trace_code", "claim_id", "person_id", "is_split", "is_refund"]);
    assert_eq!(dispensed, ["T1|S1|P1|false|false", "T2|S1|P1|false|false"]);
}

#[test]
fn reports_prescriptions_entitlements_and_caps_are_read_where_they_are() {
    let files = [
        ("setl_d.csv", SETL),
        ("fee_list_d.csv", FEE),
        ("rx_d.csv", "rxno,prsc_time,prsc_dr_codg\nO1,2025-03-01 08:50:00,D5\n"),
        (
            "4501.csv",
            "rpotc_no,setl_id,psn_no,exam_date,rpt_date,exam_item_code,exam_rslt_poit_flag,study_uid\nR1,S1,P1,2025-03-02,2025-03-03,E1,1,1.2.3\n",
        ),
        (
            "4502.csv",
            "rpotc_no,mdtrt_id,psn_no,exam_item_code,rpt_date,exam_rslt_val,spcm_no,sapl_date\nR2,M1,P1,GLU,2025-03-02,5.1,SP1,2025-03-01\nR2,M1,P1,HDL,2025-03-02,1.1,SP1,2025-03-01\n",
        ),
        ("opsp_reg_evt_c.csv", "psn_no,opsp_dise_code,begndate,enddate,vali_flag\nP1,M01600,2024-01-01,2026-01-01,1\n"),
        (
            "hilist_lmtpric_d.csv",
            "hilist_code,hilist_pric_uplmt_amt,insu_admdvs,begndate,enddate,vali_flag\nXJ01,9.5,420100,2024-01-01,,1\n",
        ),
        ("dr_info_b.csv", "dr_codg,dr_name,fixmedins_code,caty\nD1,x,H42010000001,A03\n"),
    ];
    let (_folder, input) = national(&files);
    assert_eq!(
        table_of(&input, "lines", &["line_id", "prescription_no", "prescribed_at", "prescriber_id"])[0],
        "F1|O1|2025-03-01 08:50:00|D5"
    );
    let reports = table_of(&input, "reports", &["report_id", "claim_id", "kind", "performed_at", "is_positive", "sample_no"]);
    assert_eq!(reports, ["R1|S1|exam|2025-03-02|true|null", "R2|S1|lab|null|null|SP1"]);
    assert_eq!(table_of(&input, "results", &["report_id", "analyte", "value"]), ["R2|GLU|5.1", "R2|HDL|1.1"]);
    assert_eq!(table_of(&input, "entitlements", &["person_id", "chronic_code"]), ["P1|M01600"]);
    assert_eq!(table_of(&input, "price_caps", &["item_code", "price", "region"]), ["XJ01|9.5|420100"]);
    assert_eq!(table_of(&input, "staff", &["staff_id", "role"]), ["D1|doctor"]);
}

#[test]
fn a_province_adds_its_codes_in_a_few_lines() {
    let ours = "extends = \"national\"\n[codes.med_type]\n01 = \"outpatient\"\n[aliases]\nmedfee_sumamt = [\"总费用\"]\n[[rule]]\ntable = \"claims\"\nfile = [\"setl_d\"]\ncolumns = { ward = \"memo\", phone = false }\n";
    let setl = SETL.replace("medfee_sumamt", "总费用").replace("setl_type", "memo");
    let folder = folder(&[("ours.toml", ours.as_bytes()), ("setl_d.csv", setl.as_bytes()), ("mdtrt_d.csv", MDTRT.as_bytes())]);
    let input = Input::open(folder.path(), &LayoutChoice::File(folder.path().join("ours.toml"))).expect("an input");
    let claims = table_of(&input, "claims", &["claim_id", "visit_type", "total_amount", "ward", "bed_no", "phone"]);
    assert_eq!(claims[3], "S5|outpatient|60.00|2|null|absent");
}

/// Every table of an input with all its columns, row by row.
fn everything(input: &Input) -> Vec<(String, Vec<String>)> {
    let one = |table: claimsift::tables::TableId| (table.name().to_owned(), table_rows(input, table.name(), &input.columns(table)));
    input.tables().into_iter().map(one).collect()
}

fn table_rows(input: &Input, name: &str, wanted: &[&str]) -> Vec<String> {
    let chunks = read(input, name, wanted).expect("rows");
    let aside = format!("{:?}", set_aside(&chunks));
    rows(&chunks, wanted).into_iter().chain([wanted.join(","), aside]).collect()
}

fn round_trip(files: &[(&str, &[u8])]) -> String {
    let folder = folder(files);
    let input = open(folder.path()).expect("an input");
    let text = input.mapping().expect("a mapping");
    let path = folder.path().join("mapping.toml");
    std::fs::write(&path, &text).expect("written");
    let again = Input::open(folder.path(), &LayoutChoice::File(path)).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(everything(&again), everything(&input), "{text}");
    assert!(!everything(&input).is_empty());
    text
}

#[test]
fn the_mapping_reads_the_same_and_names_what_has_no_place() {
    let unknown = b"colour,size\nred,1\n";
    let mut files: Vec<(&str, &[u8])> = SIX.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    files.push(("colours.csv", unknown));
    let text = round_trip(&files);
    for expected in [
        "# Layout `national`.",
        "# outmed_setl_d.csv: claims, persons, providers",
        "# mdtrt_d.csv: persons, providers\n#   columns without a place: ",
        "# not read: colours.csv\n",
        "# codes without a word in claims.visit_type: \"01\" (1 rows)\n",
        "columns.claim_id = \"setl_id\"\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn mappings_of_other_layouts_read_the_same() {
    let chinese = "结算ID,人员编号,定点医药机构编号,visit_type,开始日期,出院日期,医疗费总额,颜色\nC1,P1,H1,inpatient,2024-05-01,2024-05-04,812.50,red\n";
    let lines = b"claim_id,item_code,quantity,unit_price,amount\nC1,I1,1,2,2\n";
    let text = round_trip(&[("claims.csv", chinese.as_bytes()), ("lines/part-1.csv", lines), ("claims_truth.csv", b"a\n1\n")]);
    assert!(text.contains("file = [\"=lines\"]") && text.contains("claim_id = [\"结算ID\"]") && text.contains("颜色"), "{text}");
    let inpatient = b"ClaimID,BeneID,AdmissionDt,DischargeDt,Provider,InscClaimAmtReimbursed,ClmDiagnosisCode_1,ClmDiagnosisCode_2\nC1,P1,2009-01-01,2009-01-02,H1,100,4019,NA\n";
    let text = round_trip(&[("Train_Inpatient.csv", inpatient)]);
    assert!(text.contains("nulls = [\"NA\"]") && text.contains("sum = [\"InscClaimAmtReimbursed\", \"DeductibleAmtPaid\"]"), "{text}");
    assert_eq!(table("claims").name(), "claims");
}
