//! Names of columns that are about people, in both languages, as files have them: with numbers after them, in brackets,
//! joined, or cut at ten bytes.

/// What a name says of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// Nothing of people.
    Other,
    /// Codes or measures: a long number in it is no number of a person.
    Register,
    /// Somebody's name, or something else of a short form: the values decide.
    MaybeName,
    /// A telephone, or something else of a short form: the values decide.
    MaybePhone,
    /// Who somebody is by a role; numbers alone in it are counts.
    Role,
    /// What belongs to one person: a name, a number, where he lives.
    Person,
}

/// What belongs to one person, wherever it stands in a name.
const OWN: &str = "\
    姓名 氏名 성명 曾用名 昵称 电话 전화 연락처 手机 座机 固话 传真 联系方式 联系号码 来电号码 主叫 被叫号码 呼叫号码 微信 邮箱 电子邮件 \
    邮件地址 身份证 身份号码 公民身份 证件号 护照 通行证 社保卡 社保号 医保卡 医保号 银行卡 银行账号 \
    银行账户 驾照 驾驶证 行驶证 军官证 士兵证 残疾证 居住证 户口本 户口簿 警号 车牌 牌照号 车牌照 车辆牌照 号牌号码 车辆号牌 \
    出生日期 出生年月 出生时间 生日 性别 籍贯 婚姻状况 政治面貌 血型 家庭成员 指纹 病史 健康状况 住址 \
    家庭住址 家庭地址 家庭详细地址 联系地址 暂住地址 抖音号 支付宝 文化程度 人脸照 \
    户籍地 户籍所在地 居住地 现住地 通讯地址 通信地址 收件地址";

/// Roles that end a name and are not told by their last character.
const ROLES: &str = "\
    户主 业主 店主 车主 房主 船主 货主 摊主 铺主 雇主 失主 机主 债主 房东 租客 租户 民警 辅警 片警 协警 \
    干警 书记 支书 主任 领导 干部 经理 老板 医生 律师 主管 助理 顾问 代表 委员 主席 秘书 会计 出纳 保安 司机 \
    师傅 家属 亲属 配偶 子女 法人 楼管 低保户";

/// Longer names that may have been cut, as they stand whole.
const LONGER: &str = "\
    社区民警 责任民警 责任区民警 片区民警 驻村民警 社区书记 支部书记 社区主任 网格员 网格长 专职网格员 \
    兼职网格员 网格负责人 社区负责人 片区负责人 第一责任人 法定代表人 楼栋长 单元长 包保领导 包片领导 \
    负责人 责任人 报警人 当事人 家庭电话 报警电话 来电电话";

/// What stands before a word for what belongs to one person, or before a contact.
const BESIDE: &str = "\
    紧急 值班 居民 村民 公民 住户 商户 家庭 家长 个人 本人 办公 单位 备用 第一 第二 内部 值守";

/// What a contact is told by, whole.
const CONTACT: &str = "联系人 联系电话 联系手机 联络人 联络电话 固定电话 办公电话 电子邮箱";

/// Characters that are enough of such a word where a name is cut behind them.
const FIRST: &str = "联 身 姓 手 电 微 邮 证 传 固";

/// First letters of words in pinyin: roles, what belongs to one person, and names that are that whole.
const ROLES_PINYIN: &str = "wgy wgz fzr lxr zrr hz yz bjr dsr tsr jhr";
const OWN_PINYIN: &str = "xm dh sjh sjhm dhhm lxdh lxfs lxsj sfz sfzh sfzhm zjh zjhm dz";
const PINYIN: &str = "sfzh sfzhm lxdh lxfs lxsj lxr sjh sjhm dhhm gddh bgdh jtdh zjhm csrq jtzz jtdz cphm wgy wgysj fzr \
    fzrsj zrr xingming lianxidianhua lianxiren shoujihao shouji dianhua fuzeren wanggeyuan wanggezhang shenfenzheng \
    shenfenzhenghao";
/// Those that are other things as often: the values decide.
const NAMES_PINYIN: &str = "xm hz yz wgz police cop operator agent editor creator responsible";
const PHONES_PINYIN: &str = "dh lxh cell mob hp";

/// What ends a name that is about something else.
const ELSE: &str = "\
    数 数量 总量 率 比 比例 占比 总计 合计 人次 面积 密度 类型 类别 种类 分类 单位 部门 机构 组织 公司 \
    企业 岗位 职务 职责 时间 日期 状态 结果 来源 渠道 原因 方式 级别 等级 设备 系统 平台 亭 基站 手机信号 \
    线路 配置 满意度";

/// What a name about people may end with besides.
const ENDINGS: &str = "名单 名字 名称 签名 签字 信息 资料 编号 编码 代码 工号 号码 号 名";

/// English words for what belongs to one person.
const OWN_EN: &str = "\
    phone phones telephone tel mobile cellphone fax email emails mail wechat weixin qq whatsapp passport \
    ssn dob birthday birthdate gender sex plate idcard surname firstname lastname forename nickname addr \
    address homeaddress mailingaddress emailaddress plateno carplate callername reportername \
    reportpatrolname landline birth nationality ethnicity religion fname lname spouse father mother kin badge \
    signature telegram";

/// English words for roles.
const ROLES_EN: &str = "\
    owner caller contact officer reporter complainant applicant resident tenant landlord lessee \
    householder staff employee editor victim suspect witness driver patient guardian manager supervisor leader chief captain \
    inspector respondent claimant informant person patrolman policeman constable handler gridman gridworker \
    occupant defendant plaintiff";

/// Initials of Chinese words for what belongs to one person, and for roles, as tables of surveys have them: 姓名 xm, 联系电话
/// lxdh, 负责人 fzr. Those that stand for other things as well (面积 mj, 地号 dh) are none.
const OWN_INITIALS: &str = "\
    lxdh lxfs sjh sjhm yddh gddh bgdh dhhm sfz sfzh sfzhm zjhm jtzz jzdz hjdz cph wxh fzrxm lxrxm wgyxm wgzxm hzxm fzrdh \
    lxrdh wgydh wgzdh hzdh";
const ROLES_INITIALS: &str = "fzr lxr wgy wgz zrr jbr cbr tbr shr bjr bar dsr";

/// English words that make a name one of counts and kinds.
const COUNTS_EN: &str = "\
    count counts births type kind class category rate ratio pct percent total sum avg mean per status state \
    date time reason result source offender tectonic";
/// What somebody did to a row.
const DONE_EN: &str = "reported created edited updated modified assigned handled closed entered";
/// English words that make a role one of an organisation or a place.
const BODIES_EN: &str = "\
    dept department unit units org organization company agency zone district region sector beat station \
    office occupied occ code area";

/// English words that say nothing of their own beside a role or what belongs to a person.
const BESIDE_EN: &str = "\
    name names no num number numbers id nr phone tel mobile email address addr contact work of the s \
    full info";

/// English words of codes and measures.
const REGISTER_EN: &str = "\
    id ids code geoid fips gid fid oid objectid uid uuid guid key number no area aland awater shape \
    length population pop adcode tractce";
/// Ends of names of codes and measures in Chinese, and of their usual short forms.
const REGISTER: &str = "编码 代码 编号 标识码 标识 序号 面积 周长 人口 人数 户数 总数 dm bm bsm bh";

/// The words of a list.
fn list(words: &'static str) -> impl Iterator<Item = &'static str> {
    words.split_ascii_whitespace()
}

/// What a name says, however it is written. O(name).
pub(super) fn about(name: &str) -> About {
    let name = name.trim_matches(|c: char| c.is_control() || c.is_whitespace());
    let bare = name.split(['(', '\u{ff08}', '[', '\u{3010}']).next().unwrap_or(name);
    [bare, name].into_iter().map(|name| chinese(name).max(english(name))).max().unwrap_or(About::Other)
}

/// Whether what stands in a column about people is somebody's own, not one of a few kinds.
pub(super) fn names_somebody(name: &str) -> bool {
    const KINDS: &str = "性别 民族 年龄 血型 婚姻 政治面貌 健康状况 籍贯 gender sex";
    let lower = name.to_lowercase();
    !list(KINDS).any(|kind| lower.contains(kind))
}

fn chinese(name: &str) -> About {
    let legacy: usize = name.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    let cut = name.contains('\u{fffd}') || [name.len(), legacy].iter().any(|length| (8..=10).contains(length));
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let letters = letters.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十甲乙丙丁".contains(c));
    let yes = ["是否", "有无"].iter().any(|word| letters.starts_with(word));
    if letters.is_ascii() || yes {
        let is = list(REGISTER).any(|end| letters.ends_with(end));
        return if is { About::Register } else { About::Other };
    }
    let owns = |text: &str| list(OWN).any(|word| text.contains(word));
    let ends = |words| list(words).any(|word| letters.ends_with(word));
    let own_time = ["出生日期", "出生时间", "联系方式"].iter().any(|word| letters.ends_with(word));
    if ends(ELSE) && !own_time {
        return if ends(REGISTER) { About::Register } else { About::Other };
    }
    let is_role = role(letters);
    let address_of = letters.strip_suffix("地址").is_some_and(role);
    if owns(letters) || address_of || ["姓", "民族", "年龄", "学历", "职业", "qq"].contains(&letters) {
        return About::Person;
    }
    match () {
        () if is_role => About::Role,
        () if cut && is_cut(letters) => About::Person,
        () if ends(REGISTER) => About::Register,
        () => About::Other,
    }
}

/// Whether a name is that of a role: by its end, with what may stand behind it taken away.
fn role(name: &str) -> bool {
    let mut name = name;
    loop {
        let short = list(ENDINGS).find_map(|end| name.strip_suffix(end)).filter(|short| !short.is_empty());
        if ends_in_role(name) {
            return true;
        }
        match short {
            Some(short) => name = short,
            None => return false,
        }
    }
}

fn ends_in_role(name: &str) -> bool {
    const LENGTHS: &str = "周长 全长 总长 边长 增长 延长 时长 波长 特长 桥长 管长 线长 机器人";
    let ends = |words| list(words).any(|word| name.ends_with(word));
    let long = name.chars().nth(1).is_some();
    long && (name.ends_with(['人', '员', '者', '长']) && !ends(LENGTHS) || ends(ROLES))
}

/// Whether a name cut short is the beginning of one about people; or of a role with the beginning of what belongs to it.
fn is_cut(name: &str) -> bool {
    let begins = |words, part: &str| list(words).any(|word| word.starts_with(part));
    let long = name.chars().nth(2).is_some();
    let is_own = |tail: &str| begins(OWN, tail) || begins(CONTACT, tail);
    let after_another = || {
        let mut parts = name.char_indices().skip(1).map(|(at, _)| name.split_at(at));
        parts.any(|(head, tail)| {
            let enough = tail.chars().nth(1).is_some() || list(FIRST).any(|first| first == tail);
            let much = tail.chars().nth(2).is_some();
            is_own(tail) && (ends_in_role(head) || much || enough && list(BESIDE).any(|beside| head.ends_with(beside)))
        })
    };
    long && (is_own(name) || begins(LONGER, name) || after_another())
}

/// What the first letters of words in pinyin say, alone or a role before what belongs to it.
fn pinyin(words: &[&str]) -> About {
    let joined = words.concat();
    let is = |words, word: &str| list(words).any(|known| known == word);
    let of_role = || {
        let of = |role: &'static str| joined.strip_prefix(role).is_some_and(|own| is(OWN_PINYIN, own) || own == "name");
        list(ROLES_PINYIN).any(of)
    };
    match joined.as_str() {
        word if is(PINYIN, word) || of_role() => About::Person,
        word if is(NAMES_PINYIN, word) => About::MaybeName,
        word if is(PHONES_PINYIN, word) => About::MaybePhone,
        _ => About::Other,
    }
}

fn english(name: &str) -> About {
    let words = words(name);
    let letters: Vec<&str> = words.iter().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit())).collect();
    let letters: Vec<&str> = letters.into_iter().filter(|word| !word.is_empty()).collect();
    let joined = letters.concat();
    let has = |words| letters.iter().any(|word| list(words).any(|known| known == *word));
    let register = || if has(REGISTER_EN) { About::Register } else { About::Other };
    let cut = name.len() == 10;
    let birth = joined.contains("birthdate") || joined.contains("dateofbirth");
    const JOINED: &str = "firstname lastname givenname familyname middlename cellphone creditcard bankaccount idcard idcardno \
         maidenname nationalid carno vehicleno carnumber vehiclenumber wechatid username";
    let initials = |words| words_are(&letters, &joined, words);
    if birth || list(JOINED).any(|known| known == joined) || initials(OWN_INITIALS) {
        return About::Person;
    }
    let short = pinyin(&letters);
    if short > About::Other {
        return short;
    }
    // Who did it: reported_by, last_edited_user.
    if initials(ROLES_INITIALS) || matches!(letters[..], [_, .., "by" | "user"]) && has(DONE_EN) {
        return About::Role;
    }
    if has(COUNTS_EN) || joined.contains("mobilehome") {
        return register();
    }
    let is = |words, word: &str| {
        let one = word.strip_suffix('s').unwrap_or(word);
        list(words).any(|known| known == word || known == one || cut && word.len() > 5 && known.starts_with(word))
    };
    // An address, and a name in parts, only where nothing else stands beside it: that of a place has a place before it.
    let own = |word: &str| is(OWN_EN, word) && !["address", "addr"].contains(&word) || begins_with_own(word);
    let alone = letters.iter().all(|word| ["address", "addr", "no", "number", "line"].contains(word));
    let address = has("address addr") && (alone || has("home mailing postal residential residence private"));
    if letters.iter().any(|word| own(word)) || address {
        return About::Person;
    }
    let ends_in_role = letters.last().is_some_and(|word| is(ROLES_EN, word));
    let roles =
        (ends_in_role || !has(BODIES_EN)) && letters.iter().any(|word| is(ROLES_EN, word) || begins_with_role(word));
    if roles { About::Role } else { register() }
}

/// Whether a name is one of a list and nothing more.
fn words_are(letters: &[&str], joined: &str, words: &'static str) -> bool {
    letters.len() == 1 && list(words).any(|known| known == joined)
}

/// Words joined without a sign: one that belongs to a person, then words that say nothing of their own.
fn begins_with_own(word: &str) -> bool {
    const ENDS: &str = "phone telephone email wechat passport idcard phonenumber phoneno emailaddress";
    let is = |own: &str| own.len() > 3 && word.strip_prefix(own).is_some_and(only_beside);
    list(OWN_EN).filter(|own| !own.ends_with("address")).any(is)
        || list(ENDS).any(|end| word.ends_with(end)) && !["payphone", "microphone"].contains(&word)
}

fn begins_with_role(word: &str) -> bool {
    list(ROLES_EN).any(|role| word.strip_prefix(role).is_some_and(only_beside))
}

/// Whether a text is made of words that say nothing of their own.
fn only_beside(text: &str) -> bool {
    text.is_empty() || list(BESIDE_EN).any(|word| text.strip_prefix(word).is_some_and(only_beside))
}

/// The words of a name in Latin letters: apart at signs and where small letters turn to capitals; lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let turns = before.is_ascii_lowercase() && c.is_ascii_uppercase();
        if !c.is_ascii_alphanumeric() || turns {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_about_people_in_all_their_forms() {
        for name in "姓名|联系电话|手机号|身份证号|家庭住址|联系地址|户籍地址|微信|微信号|QQ号|邮箱|座机|固定电话|\
             来电号码|主叫号码|车牌号|车牌号码|出生日期|性别|护照号码|网格员姓名|户主(姓名)|信息(联系电话)|\
             当事人地址|Phone|PHONE_NUMBER|phoneNumber|Phone Number|mobile|Mobile No|email|E-mail|e_mail|\
             contact_phone|address|Address1|home_address|HomeAddress|passport|Passport No.|plate|\
             license_plate|PlateNo|carplate|date_of_birth|BirthDate|dob|gender|first_name|LastName|\
             office_phone|联系电|家庭住|身份证|联系地|网格员联系|联系电\u{fffd}|社区民|法定代|telephone_|\
             callerphone|lxdh|SFZH|JTZZ|fzrdh|固话|港澳通行证|氏名|紧急联|居民身|值班电|户主联系电|传真|牌照号|\
             SFZHM|LXDH1|hz_xm|wgyxm|sjhm|csrq|landline|姓|抖音号|暂住地址|学历|lianxidianhua|WeChatID|maiden_name|car_no|\
             next_of_kin|badge_no"
            .split('|')
        {
            assert_eq!(about(name), About::Person, "{name}");
        }
        for name in "网格员|网格长|网格员1|网格员2|专职网格员|负责人|责任人|联系人|举报人|投诉人|当事人|上报人|处理人|\
             巡查员|队员|户主|业主|店主|经营者|法定代表人|民警|社区民警|辅警|报警人|报案人|来电人|楼长|党员|\
             包保领导|社区书记|负责人编号|民警名单|网格员一|网格员信息|网格员\u{fffd}|caller|Caller|\
             caller_name|officer|owner|OwnerName|contact|complainant|complainan|reporter|reporter_n|\
             网格(责任人)|FZR|lxr|WGY|支书|reported_by|created_by|last_edited_user|ClosedBy|staff|WGY_NAME|gridman|gridman_1|\
             村支书|楼管|低保户|beat_officer|occupant"
            .split('|')
        {
            assert!(about(name) >= About::Role, "{name}");
        }
    }

    #[test]
    fn short_forms_of_several_things_are_left_to_the_values() {
        for name in ["xm", "XM", "dh", "DH1", "police", "cell", "wgz"] {
            assert!([About::MaybeName, About::MaybePhone].contains(&about(name)), "{name}");
        }
    }

    #[test]
    fn names_of_other_things_are_none() {
        for name in "名称|网格名称|name|NAME|FULLNAME|编码|网格编码|地址编码|地址|事发地址|民警数|网格员数量|投诉人数|\
             户数|人口|常住人口|周长|全长|联系人类型|责任单位|负责部门|是否党员|性别比|电话亭|手机信号|town|\
             communities|load|area|SHAPE_AREA|GEOID|owner_type|officer_count|mobile_homes|sex_offender|\
             owner_occupied|hotel|template|cell_id|births|BlockAddress|street_address_id|microphone|派出所|\
             管理时间|投诉渠道|网格编|网格名|所属街|工作量|类别|来源|状态|上报时间|管护面积|x||成员单位|\
             sector|district|Police_Beat|age_0_14|MJ|XMMC|XZQDM|edited_date|created_date|user|standby|BSM|cell_id|居民户|\
             居民点|供电所|应急电|单位性|sj|bz|zz|lx|hzsj|dhsl|学历教育机构|职业病危害企业|jdmc|sqmc|bh"
            .split('|')
        {
            assert!(about(name) <= About::Register, "{name}: {:?}", about(name));
        }
    }
}
