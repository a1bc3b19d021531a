//! Whole papers as they are read, without their queries.
#![allow(clippy::unwrap_used, clippy::too_many_lines, reason = "tests that hold whole papers")]

mod support;

use claimsift::Lang;
use claimsift_report::claim_paper;
use support::{County, without_queries};

fn paper(claim: &str, lang: Lang) -> String {
    without_queries(&claim_paper(&County::small(lang).context(), claim).unwrap())
}

#[test]
fn a_claim_in_english() {
    insta::assert_snapshot!(paper("C3", Lang::En), @r"
Claim C3
========
  visit                C3
  person               B
  provider             H2
  type                 outpatient
  from, to             2025-06-20 09:00:00 - 2025-06-20 09:30:00
  settled              2025-06-20 10:00:00
  diagnosis            I10 高血压
  department           内科
  state                stands
  payment              item
  total                300.00
  in scope             300.00
  paid by the fund     210.00
  paid in cash         90.00
  lines                1

Score
-----
  code  detector             tier    family  finding   weight  strength  milli-logits
  -----------------------------------------------------------------------------------
        base of every claim                                                     -4600
  P17   Care after death     breach  death   248a42dc       7    1.0000         +7000
  -----------------------------------------------------------------------------------
        total                                                                   +2400
  Probability = 1 / (1 + e^(-2.400)) = 0.9168
  By scheme, each from the same base: phantom 0.0100, swap 0.0100, forged 0.9168, overuse 0.0100, charge
  0.0100

Working paper: P17 Care after death (breach)
============================================
  number                   248a42dc9d004b59d9bfa735c45a4174
  unit                     H2
  subject                  person B
  claim                    C3
  person                   B
  matter                   P17 Care after death, forged
  fact                     visit C3 has a service that needs the patient there 16 day(s) after the registered
                           death
  period                   2025-06-20
  prohibition              Decree 735, Art. 15
  sanction                 Decree 735, Art. 38(1); 41; 40(3) if purpose is proven
  law as of                2025-06-20
  can be sanctioned until  2027-06-20
  local agreement          ________________________ (to be filled in)
  price or catalogue item  none: the finding does not turn on the price of an item
  strength                 1.0000
  A finding states a pattern in the data. The clause applies only if the records confirm it.

Facts
-----
  claim that names the visit            C3
  registered day of death               2025-06-04
  start of the visit                    2025-06-20
  days from death to the first service  16 days
  presence services after death         1 line
  type of the visit                     outpatient

Calculation sheet
-----------------
  row    item         date        quantity  unit price  amount    asked in  fund share    loss  basis
                                                                     scope
  ---------------------------------------------------------------------------------------------------
  C3     whole claim  2025-06-20                        300.00      300.00       whole  210.00  stay
  ---------------------------------------------------------------------------------------------------
  total                                                 300.00      300.00              210.00
  - C3: all that the fund paid, 210.00

  amount                       300.00 yuan
  asked in scope               300.00 yuan
  basis                        stay
  loss if confirmed            210.00 yuan
  loss, lower estimate         210.00 yuan
  paid by the patient in cash  90.00 yuan
  owned in the totals          210.00 yuan

Rows
----
  at risk: claims (1)
  claim id  provider    visit type  started at  ended at    settled at  department  diagnosis   diagnosis
            id                                                                      code        name
  --------------------------------------------------------------------------------------------------------
  C3        H2          outpatient  2025-06-20  2025-06-20  2025-06-20  内科        I10         高血压
                                    09:00:00    09:30:00    10:00:00

  claim id  payment          total    in scope        fund        cash  is insured
            method          amount      amount      amount      amount
  --------------------------------------------------------------------------------
  C3        item            300.00      300.00      210.00       90.00  yes

  compared with: persons (1)
  row
  ---
  B

  context: lines (1)
  line id  claim id  item code  item name  category  charged at  executed    quantity  unit price  amount
                                                                 at
  -------------------------------------------------------------------------------------------------------
  L7       C3        I04        彩超       exam      2025-06-20  2025-06-20         1      300.00  300.00
                                                     09:10:00    09:12:00

  line id    in scope
               amount
  -------------------
  L7           300.00

Records to seal or copy
-----------------------
  death certificate, household register, medical record and identity check of the visit

Likely defence and the test that settles it
-------------------------------------------
  wrong or late registration of the death; settled by the death certificate

Limits of the data
------------------
  - assessed in this run (unit: visit): 7
  - the data have no claims.visit_id, lines.is_discharge_drug, catalogue.presence, which the detector would
    have read

Signatures
----------
  inspectors (two)  ________________________ ________________________
  for the unit      ________________________
  date              ________________________
");
}

#[test]
fn a_claim_in_chinese() {
    insta::assert_snapshot!(paper("C3", Lang::Zh), @r"
结算单 C3
=========
  就诊          C3
  参保人        B
  机构          H2
  就诊类型      门诊
  起止          2025-06-20 09:00:00 - 2025-06-20 09:30:00
  结算时间      2025-06-20 10:00:00
  诊断          I10 高血压
  科室          内科
  状态          有效
  付费方式      按项目
  总费用        300.00
  范围内金额    300.00
  基金支付      210.00
  个人现金      90.00
  费用明细条数  1

评分
----
  代码  检测项            层级  证据族  结果编号  权重    强度  千分之一对
                                                                    数几率
  ------------------------------------------------------------------------
        每张结算单的基数                                             -4600
  P17   死亡后就诊        违规  死亡    248a42dc     7  1.0000       +7000
  ------------------------------------------------------------------------
        合计                                                         +2400
  概率 = 1 / (1 + e^(-2.400)) = 0.9168
  分类型评分（基数相同）：虚假住院 0.0100，串换 0.0100，虚构结算 0.9168，过度诊疗 0.0100，违规收费 0.0100

工作底稿：P17 死亡后就诊（违规）
================================
  编号            248a42dc9d004b59d9bfa735c45a4174
  被检查单位      H2
  对象            参保人 B
  结算单          C3
  参保人          B
  检查事项        P17 死亡后就诊，虚构结算
  事实            就诊 C3 在登记死亡 16 天后仍有需患者到场的服务
  期间            2025-06-20
  禁止性规定      《医疗保障基金使用监督管理条例》第 15 条
  处理依据        《医疗保障基金使用监督管理条例》第 38(1)；41 条；查实以骗取基金为目的的适用40(3)
  法规版本        2025-06-20
  处罚时效截止    2027-06-20
  协议条款        ________________________（待填）
  价格或目录依据  无：本结果不涉及单个项目的价格
  强度            1.0000
  本结果说明数据中的一种情形，须经资料核实后方可适用条款。

事实数据
--------
  就诊的结算单            C3
  登记死亡日期            2025-06-04
  就诊开始日期            2025-06-20
  首次服务距死亡天数      16 天
  死亡后需到场的服务条数  1 条
  就诊类型                门诊

计算表
------
  行    项目  日期        数量  单价    金额  所涉范围内  基金比例    损失  计算方式
                                                    金额
  ----------------------------------------------------------------------------------
  C3    整单  2025-06-20              300.00      300.00      全额  210.00  整次
  ----------------------------------------------------------------------------------
  合计                                300.00      300.00            210.00
  - C3：基金已付全额 210.00

  金额              300.00 元
  所涉范围内金额    300.00 元
  计算方式          整次
  查实后的基金损失  210.00 元
  损失（低估）      210.00 元
  患者现金负担      90.00 元
  合计中的归属金额  210.00 元

证据行
------
  涉及：结算单（1）
  结算单号  机构编号  就诊类型  开始时间    结束时间    结算时间    科室  诊断编码  诊断名称  付费方式  总费用
  ------------------------------------------------------------------------------------------------------------
  C3        H2        门诊      2025-06-20  2025-06-20  2025-06-20  内科  I10       高血压    按项目    300.00
                                09:00:00    09:30:00    10:00:00

  结算单号  范围内金额  基金支付  个人现金  医保支付
  --------------------------------------------------
  C3            300.00    210.00     90.00  是

  对照：参保人（1）
  行
  --
  B

  背景：费用明细（1）
  明细号  结算单号  项目编码  项目名称  费用类别  收费时间      执行时间      数量    单价    金额  范围内金额
  ------------------------------------------------------------------------------------------------------------
  L7      C3        I04       彩超      检查费    2025-06-20    2025-06-20       1  300.00  300.00      300.00
                                                  09:10:00      09:12:00

需封存或复制的资料
------------------
  死亡证明、户籍注销、该次就诊病历和身份核验记录

可能的申辩及核实方法
--------------------
  死亡登记错误或滞后；以死亡医学证明为准

数据的局限
----------
  - 本次已评估（单位：就诊）：7
  - 数据缺少本检测项可用的 claims.visit_id、lines.is_discharge_drug、catalogue.presence

签字
----
  检查人员（两人）  ________________________ ________________________
  被检查单位负责人  ________________________
  日期              ________________________
");
}
