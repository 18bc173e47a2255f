# 客户看到的中文。每个键在每种语言里都有，所带的值也相同。

## 开头和结尾

greeting-line = 您好，我是自动助手。
greeting =
    您好，我是自动助手，有什么问题直接问我就好。
    想找人工客服，说一声就行。
greeting-again = 您好，又见面了，有什么可以帮您？
thanks-reply = 不客气，有需要随时找我。
goodbye-reply = 再见，祝您顺心，有需要随时找我。
acknowledged = 好的，有需要随时说。
given-back = 现在又由自动助手为您服务，还有什么可以帮您？

## 回答

read-more = 查看全文：{ $url }
answer-other-language = 这篇内容目前只有{ $article ->
    [en] 英文
    [zh] 中文
    [de] 德文
    [fr] 法文
    [es] 西班牙文
    [pt] 葡萄牙文
    [it] 意大利文
    [nl] 荷兰文
    [pl] 波兰文
    [ru] 俄文
    [tr] 土耳其文
    [ar] 阿拉伯文
    [ja] 日文
    [ko] 韩文
    [th] 泰文
    [vi] 越南文
    [id] 印尼文
    [hi] 印地文
   *[other] 其他语言的
 }版本：
clarify = 我不太确定您的意思，您想问的是下面哪一个？
clarify-again = 抱歉没帮上忙，您想问的会不会是下面哪一个？
article-gone = 这篇文章已经下线了，请换个说法再问一次。
already-shown = 这篇刚才已经发给您了，往上翻一翻就能看到。
helped-reply = 能帮上忙就好，问题都解决了吗？
rate-again = 记下了，谢谢。
button-helped = 有帮助
button-did-not-help = 没帮助
button-human = 转人工客服
button-none = 都不是

## 结束

solved-reply = 太好了，那这次对话先到这里。有需要随时写，我们接着聊。
not-solved-ask = 还有什么没解决？直接告诉我，或者转人工客服。
conversation-closed = 这次对话已经结束。如果还有没解决的，直接在这里写，我们接着处理。
button-solved = 都解决了
button-not-solved = 还没有
button-still-open = 还有问题

## 转接和排队

handoff-no-answer = 这个问题我没有把握，为您转给人工客服。
handoff-asked = 为您转给人工客服。
handoff-not-solved = 抱歉，问题还没解决，为您转给人工客服。
handoff-refused = 抱歉没帮上忙，为您转给人工客服。
sorry-did-not-help = 抱歉没帮上忙。
handoff-form-failed = 这样问下去不太顺利，为您转给人工客服。
handoff-nothing-lost = 您写的内容客服都能看到，不用再说一遍。
queue-position = { $position ->
    [1] 下一位就是您。
   *[other] 您排在第 { $position } 位。
 }
queue-waiting = 您正在排队。
queue-wait-minutes = 预计等待约 { $minutes } 分钟。
queue-wait-hours = 预计等待约 { $hours } 小时。
with-person = 人工客服已经在为您服务，会在这里回复您。
closed-until = 现在不是上班时间，我们{ $time } 上班。
closed = 现在不是上班时间。
closed-answer-then = 上班后会有客服在这里回复您。
button-leave-ticket = 改为留工单
button-keep-waiting = 继续等

## 在聊天里建工单

form-out-of-hours = 为了不耽误您的事，我现在就帮您建一张工单。
form-waited = 让您久等了，客服现在都在忙。我可以先帮您建一张工单，您不用一直守在这里。
form-chosen = 好的，我来帮您建工单。
form-about = 工单类型是“{ $title }”。
form-template = 是关于哪方面的？
form-few-questions = 还需要您补充 { $count } 项信息。
form-ask = 请提供{ $label }。
form-pick-one = 请从选项里选一个。
form-needs-text = 请用文字回答。
form-needs-number = 这好像不是数字，请直接写数字，例如 12。
form-needs-money = 这好像不是金额，请写成这样：49.90 EUR。
form-needs-date = 这好像不是日期，请写成这样：2026-11-30。
form-needs-datetime = 这好像不是日期和时间，请写成这样：2026-11-30 14:00。
form-needs-email = 这好像不是邮箱地址，请写成这样：ann@example.org。
form-needs-phone = 这好像不是电话号码，请带上国家区号，例如 +86 138 0013 8000。
form-needs-url = 这好像不是网址，请写成这样：https://example.org/page。
form-needs-order = 这好像不是订单号，订单号里没有空格，例如 1001。
form-needs-yes-no = 请回答“是”或“否”。
form-not-accepted = “{ $label }”这样填好像不对，请核对后再写一次。
form-cancelled = 好的，那就不建工单了，有需要随时找我。
form-keeps-waiting = 好的，您的排队位置保留着。
button-cancel = 取消
button-yes = 是
button-no = 否
ticket-filed =
    已为您建好工单 { $number }，有人处理后会在这里回复您。
    查看进度：{ $url }
ticket-filed-before =
    您的问题已经有工单 { $number }，正在处理。
    查看进度：{ $url }

ticket-number-link =
    您的工单：{ $number }
    查看进度：{ $url }

## 工单

tickets-none = 您还没有工单。
tickets-none-open = 您没有处理中的工单。
tickets-head = { $count ->
    [1] 您的工单：
   *[other] 您最近的 { $count } 张工单：
 }
ticket-line = { $number } { $title }：{ $status }
ticket-line-with = { $line }，由{ $department }负责
ticket-line-merged = { $line }（含 { $numbers }）
ticket-merged =
    工单 { $number } 与 { $into } 说的是同一件事，已并入 { $into } 继续处理。
    查看进度：{ $url }
ticket-merged-other =
    工单 { $number } 会和其他反映同一问题的工单一起处理，有进展我们会在这里告诉您。
    查看进度：{ $url }
ticket-link = 查看进度：{ $url }
ticket-which = 您说的是哪张工单？
ticket-which-button = { $number } { $title }
ticket-added = 已加到工单 { $number }。
ticket-status-new = 已收到
ticket-status-open = 处理中
ticket-status-waiting-customer = 等您回复
ticket-status-waiting-third-party = 等待外部反馈
ticket-status-resolved = 已解决
ticket-status-closed = 已关闭
ticket-next-new = 接下来会有人查看并答复您。
ticket-next-open = 正在有人处理，会答复您。
ticket-next-waiting-customer = 我们有问题想问您，您回复后马上继续。
ticket-next-waiting-third-party = 我们在等外部反馈，会替您盯着。
ticket-next-resolved = 已经处理完毕。如果其实没解决，在这里写一句，我们接着处理。
ticket-next-closed = 这张工单已关闭，有新的问题直接写给我们就好。
ticket-changed =
    工单 { $number } 的状态：{ $status }。
    查看进度：{ $url }
ticket-moved =
    工单 { $number } 现在由{ $department }负责。
    查看进度：{ $url }
ticket-resolved =
    工单 { $number } 已解决。如果还有没解决的，直接在这里写，我们接着处理。
    查看详情：{ $url }
ticket-closed =
    工单 { $number } 已关闭。
    查看详情：{ $url }

## 命令

help =
    有什么问题直接问我就好。也可以输入：
    /human – 转人工客服
    /status – 最近一张工单的进度
    /tickets – 所有工单
    /language – 切换语言
    /link – 告诉我们您在另一个渠道也用过我们的服务
    /forget – 删除我们保存的关于您的信息
    /help – 显示这份说明
command-unknown = 没有这个命令，输入 /help 可以看到所有命令。
language-ask = 您想用哪种语言？
language-set = 好的，以后用中文。
language-set-other = 好的，只要有{ $name }的内容就用{ $name }；我自己说的话还是中文。
language-unknown = 我不认识“{ $tag }”这种语言，请从下面选一种：
link-code =
    您的验证码是 { $code }。请到另一个渠道输入：/link { $code }
    { $minutes } 分钟内有效，只能用一次。请不要告诉别人：拿到它的人可以看到您在这里的对话。
link-done = 好的，验证码来自 { $channel }，已核对无误。您的对话和工单现在归到一起了，输入 /tickets 可以全部看到。
link-told = 您在这里和在 { $channel } 的对话现在归到一起了。如果不是您本人操作，请马上在这里告诉我们。
link-wrong = 这个验证码无效：可能输错了、已经用过，或者已过期。请在另一个渠道输入 /link 重新获取。
link-same = 这个验证码是给另一个渠道用的，请到那边输入。
link-too-often = 输错的次数太多了，请等十分钟后重新获取验证码。
link-elsewhere = 只有在没有其他人能看到的地方，我才能发送验证码。请直接给我发消息。
forget-ask = 这会删除我们保存的关于您的一切：姓名、联系方式、消息和文件，删除后无法恢复。确定要删除吗？
forget-done = 关于您的信息都已删除。您再写来时，我们从头开始。
forget-kept = 好的，什么都没有删。
button-forget = 确定，全部删除
button-keep = 不，保留

## 迟到或重复的按钮

late-done = 这一步已经完成了。
late-over = 这个选项已经失效，需要什么直接写给我就好。

## 页面

page-ticket-title = 工单 { $number }
page-ticket-merged = 该工单正和其他反映同一问题的工单一起处理。
page-status = 状态
page-stage = 阶段
page-department = 负责部门
page-department-none = 还未分配
page-next = 下一步
page-expected = 预计完成
page-filed-at = 提交时间
page-updated-at = 最近更新
page-details = 详细信息
page-history = 处理经过
page-messages = 消息
page-author-you = 您
page-author-bot = 自动助手
page-author-team = 客服团队
page-add-message = 补充留言
page-earlier = 更早的消息
page-message-label = 您的留言
page-send = 发送
page-sent = 谢谢，留言已收到，我们会在您联系我们的渠道里回复。
page-message-empty = 请先写点内容。
page-message-too-long = 内容太长了，请控制在 { $limit } 个字以内。
page-too-many = 一下子发得太多了，请过一分钟再试。
page-link-invalid-title = 这个链接打不开
page-link-invalid = 链接不完整或已失效。在聊天里输入 /status 可以拿到新的链接。
page-not-found-title = 这里没有内容
page-not-found = 这个页面已经删除，或者从来没有过。
page-error-title = 出了点问题
page-error = 是我们这边的问题，请稍后再试。
page-files = 附件（可选）
page-files-hint = 最多 { $most } 个文件，合计不超过 { $megabytes } MB。
page-files-too-large = 一次太多了：最多 { $most } 个文件，合计不超过 { $megabytes } MB。
page-language = 语言
page-latest = 回到最新的消息
article-updated-at = 最近更新
article-only-in = 这篇文章暂时没有您所用语言的版本。
article-other-versions = 其他语言版本
article-gone-page = 这篇文章已经下线。
article-parts = 文章分页
article-part-before = 上一页
article-part-after = 继续阅读
page-owner = 负责人
page-rate = 这次服务怎么样？
page-rate-comment = 哪里可以更好，或者哪里让您满意？（可选）
page-rate-of = { $value } 分（满分 5 分）
page-rate-send = 提交评价
page-rated = 感谢您的评价。
page-start-lead = Bellhop 正在这里运行：用知识库回答客户，转接人工客服，并把对话变成工单。
page-start-steps = 第一步
page-start-ask = 问问助手会怎么回答：
page-start-token = 为程序和脚本创建令牌：
page-start-channel = 在配置文件里接入渠道：
page-start-links = 链接
page-start-api = 接口说明
page-start-health = 是否就绪？
page-whole-message = 查看完整消息

## 时间

time-today = 今天 { $time }
time-tomorrow = 明天 { $time }
time-weekday = { $day ->
    [mon] 周一
    [tue] 周二
    [wed] 周三
    [thu] 周四
    [fri] 周五
    [sat] 周六
   *[sun] 周日
 } { $time }
time-date = { $month } 月 { $day } 日 { $time }

## 其他

timeline-filed = 工单已提交
timeline-status = 状态：{ $status }
timeline-department = 转给{ $department }
timeline-message = 新消息
timeline-resolved = 已解决
timeline-reopened = 重新打开
erased-marker = [已删除]
unsupported = 这种消息我还看不懂，请用文字告诉我。
attachment-received = 谢谢，收到了，请用文字告诉我您需要什么。
attachment-not-stored = 文件“{ $name }”没能保存，请再发一次。
deleted-marker = [已撤回]

## 客服的命令

command-help = 列出所有命令，或说明其中一个
command-take = 由您接手这个会话
command-assign = 把这个会话交给某位客服或某个部门
command-close = 结束这个会话并告知客户
command-reopen = 继续已结束的会话
command-bot = 把这个会话交还给机器人
command-reply = 回复客户
command-note = 只给同事看的备注；以 // 开头也一样

argument-agent-or-department = 客服或部门
argument-command = 命令
argument-text = 内容

answer-help-head = 这里可以用的命令：
answer-help-note = < > 里的必须填写，[ ] 里的可以省略。不带斜杠的内容会发给客户。
answer-help-in-conversation = 请在会话的话题里使用。
answer-unknown = 没有 /{ $name } 这个命令。
answer-see-help = 用 /help 查看所有命令。
answer-did-you-mean = 您是不是想用：
answer-usage = 写法：{ $usage }
answer-needs-conversation = /{ $name } 针对某个会话，请在它的话题里使用。
answer-takes-nothing = /{ $name } 后面不需要其他内容。
answer-no-such = 没有这个{ $what }：“{ $given }”。
answer-choose = 请选择{ $what }：
answer-choose-or-type = 请选择{ $what }，或继续输入：
answer-missing = 还缺少：{ $what }
answer-not-found = 找不到（{ $what }）。
answer-forbidden = 您没有“{ $permission }”的权限。
answer-invalid = 这样不行：
answer-problem = - { $place }：{ $problem }
answer-conflict = 有人抢先一步，请看看最新情况再决定。
answer-not-now = 现在不行：{ $why }。
answer-busy = 系统正忙，请稍后再试。
answer-took = { $agent } 已接手这个会话。
answer-assigned = 会话已交给{ $to }。
answer-closed = 已结束，并已告知客户。
answer-reopened = 已重新打开。
answer-gave-back = 会话已交还给机器人。
answer-gave-back-not = 机器人无法继续，需要人工处理。
answer-button-reopen = 重新打开

## 客服群

staff-nameless = 客户
staff-author-bot = 机器人
staff-author-system = 系统
staff-note = 备注，仅同事可见
staff-edited = 已编辑
staff-file = 文件
staff-file-failed = 📎 { $name } 接收失败：{ $reason }
staff-file-not-fetched = “{ $name }”下载失败，消息没有发出，请重新发送。
staff-reactions = 回应：{ $reactions }
staff-failed = ❗ 未送达：{ $reason }
staff-expired = ❗ 已过期，没有发送
staff-cancelled = 发送前已撤回
staff-cut = ……还有 { $count } 个字符
staff-card-queued = 🟡 { $since } 开始等待，排在第 { $place } 位
staff-card-open = 🟢 由 { $agent } 处理
staff-card-open-nobody = 🟢 处理中，暂无负责人
staff-card-snoozed = 💤 搁置到 { $until }
staff-card-resolved = ✅ { $at } 结束
staff-card-bot = 🤖 由机器人接待
staff-card-department = 部门：{ $department }
staff-card-reason = 转人工原因：{ $reason }
staff-card-tried = 机器人给出过：{ $articles }
staff-card-because = 依据：{ $reasons }
staff-article-helped = 有帮助
staff-article-did-not-help = 没有帮助
staff-reason-no-answer = 没有文章能回答
staff-reason-asked = 客户要求人工
staff-reason-refused = 机器人的回答没有帮助
staff-reason-not-solved = 客户表示没有解决
staff-reason-form = 机器人没能和客户填完表单
staff-reason-send = 机器人的消息没能发出
staff-reason-agent = 由客服转交
staff-language-chosen = 客户选择
staff-language-found = 自动识别
staff-source-agent = 客服设置
staff-source-signed = 签名身份
staff-source-crm = CRM
staff-source-import = 导入
staff-source-organisation = 所属公司
staff-source-form = 表单
staff-source-location = 共享位置
staff-source-phone = 电话号码
staff-source-ip = 网络地址
staff-source-conversation = 会话内容
staff-source-claim = 客户自称
staff-source-default = 默认
staff-button-take = 接手
staff-button-article = 用文章回复
staff-button-ticket = 建工单
staff-button-close = 结束
staff-button-reopen = 重新打开
staff-button-bot = 交还机器人
staff-button-old = 这个按钮已失效，请直接输入命令。
staff-call = 🔔 { $title } 需要人工
staff-call-taken = ✅ { $agent } 已接手 { $name }
staff-call-over = { $name } 已不在等待
staff-queue-empty = 目前无人等待。
staff-queue = 等待中：{ $count }
staff-queue-more = ……还有 { $count } 位
staff-not-linked = 您还没有关联客服账号，在这里写的内容不会发给客户。请在 Bellhop 的个人资料里或向管理员获取关联码，然后在这里发送：/link 关联码
staff-not-sent = ❗ 没有发出。{ $why }
staff-collision-assigned = ⚠️ 这个会话由 { $agent } 负责，您的消息已发出。
staff-collision-writing = ⚠️ { $agent } 也在回复这位客户，您的消息已发出。

## 客服命令的内容

command-transfer = 把这个会话转给某个部门，可附备注
command-ask = 就本次会话询问其他部门
command-answer = 回答别的部门向你们提出的问题
command-asked = 查看询问其他部门的进展；接手或撤回
command-snooze = 把这个会话搁置到某个时间
command-kb = 搜索知识库
command-send = 用一篇文章回复客户，或只发链接
command-transcript = 把会话导出为文本文件，给您或给客户
command-status = 查看或设置工单的状态或阶段
command-priority = 设置工单的优先级
command-department = 把工单转给某个部门
command-customer = 查看客户是谁，以及信息来源
command-tier = 设置客户等级；用 - 清除
command-region = 设置客户地区；用 - 清除
command-category = 查看或设置这个会话的分类；用 - 清除
command-tag = 查看标签；+标签 添加，-标签 移除
command-block = 屏蔽此人：消息静默保存
command-unblock = 取消屏蔽
command-merge = 把本工单并入另一张工单，或把同一个人的另一条记录并入这一条
command-code = 给客户发送一次性验证码，在另一个渠道证明是本人
command-contact = 主动给某人发消息
command-presence = 查看或设置您的在线状态，以及同时接待的会话数
command-link = 用您的验证码证明身份；或说明某张工单与本工单的关系

argument-department = 部门
argument-question = 问题
argument-answer = 回答
argument-progress = take | withdraw | 时间
argument-note = 备注
argument-moment = 时间
argument-query = 问题
argument-article = 文章
argument-status = 状态
argument-ticket = 工单
argument-tier = 等级
argument-region = 地区
argument-category = 分类
argument-labels = 标签
argument-contact = 联系人或工单
argument-capacity = 数量
argument-code = 验证码或工单

choice-urgent = 紧急
choice-high = 高
choice-normal = 普通
choice-low = 低
choice-online = 在线
choice-away = 离开
choice-offline = 离线
choice-link = 只发链接
choice-customer = 发给客户
moment-hour = 1 小时
moment-hours = 4 小时
moment-tomorrow = 明天 9:00
moment-week = 1 周

conversation-status-bot = 机器人接待
conversation-status-queued = 排队中
conversation-status-open = 进行中
conversation-status-snoozed = 已搁置
conversation-status-resolved = 已结束

value-source-agent = 客服
value-source-signed = 已签名
value-source-crm = CRM
value-source-import = 导入
value-source-organisation = 所属组织
value-source-form = 表单
value-source-location = 位置
value-source-phone = 电话号码
value-source-ip = 网络地址
value-source-conversation = 会话
value-source-claim = 自称
value-source-default = 默认

customer-blocked = 已屏蔽
customer-blocked-meaning = 消息静默保存
customer-manager = 客户经理
customer-organisation = 组织
customer-language = 语言
customer-emails = 邮箱
customer-phones = 电话
customer-channels = 渠道
customer-proven = 已验证

transcript-customer = 客户
transcript-bot = Bellhop
transcript-note = （备注）
transcript-attached = 这是我们的会话记录。

answer-assigned-away = { $agent } 目前{ $presence }。
answer-button-ticket-too = { $number } 一起转
answer-snoozed = 已搁置，{ $until } 或客户来消息时恢复。
answer-asked = 已询问{ $department }，回复会出现在这里。
answer-answered = 已回复，由 { $agent } 转告客户。
answer-asked-taken = 已由你接手。请直接回复那条问题。
answer-asked-withdrawn = 已撤回，{ $department }不必再答复。
answer-asked-expected = 已由你接手，预计 { $at } 前答复。
answer-which-request = 这里有多个未答复的问题。是哪一个？请回复对应的那条消息。
answer-nothing-asked = 本次会话还没有询问过其他部门。
answer-no-moment = “{ $given }”不是将来的时间。可以写 2h、明天 9:00、周一 或 2026-12-01 14:30。
answer-kb-nothing = 没有找到“{ $query }”。
answer-button-send = { $count }. 发送
answer-button-link = { $count }. 链接
answer-no-article = 没有这位客户可以看的文章“{ $given }”。
answer-sent-article = 已发送：{ $title }
answer-transcript = 会话记录在此，含备注。
answer-transcript-sent = 已把会话记录发给客户，不含备注。
answer-ticket-status = { $number } 现在是：{ $status }
answer-ticket-priority = { $number } 的优先级现在是：{ $priority }
answer-ticket-department = { $number } 现在由{ $department }处理。
answer-ticket-shown = **{ $number }** { $title }：{ $status }
    优先级：{ $priority }
    部门：{ $department }
    负责人：{ $owner }
answer-none = 无
answer-which-ticket = 这个会话有多张工单，是哪一张？
answer-no-ticket = 这个会话没有未完结的工单
answer-customer-set = { $customer } 的{ $what }：{ $value }。以您设置的为准，直到有人清除。
answer-customer-cleared = { $customer } 的{ $what }恢复为其他来源的值。
answer-category = 分类：{ $category }
answer-category-none = 这个会话属于哪一类？
answer-closed-category = 这次咨询属于哪一类？
answer-category-cleared = 这个会话现在没有分类。
answer-tags = 标签：{ $tags }
answer-no-tags = 没有标签。
answer-blocked = 已屏蔽 { $customer }：消息会保存，不打扰任何人，对方不会知道。
answer-unblocked = 已取消屏蔽 { $customer }。
answer-button-unblock = 取消屏蔽
answer-merge-confirm = 把 { $other } 并入 { $customer }？会话和工单会一起归入。
answer-button-merge = 合并
answer-merged = { $other } 和 { $customer } 现在是同一个人。
answer-code-sent = 验证码已发给客户。客户在另一个渠道输入后，两条记录会合并为一个人。
link-note = 客户输入了在 { $channel } 收到的一次性验证码，两条记录已合并。输入 /merge undo { $other } 可以重新分开。
link-reason = 已通过一次性验证码证明
customer-alike = 可能是同一个人
alike-proven-email = 邮箱 { $value } 相同，且均已验证
alike-proven-phone = 电话 { $value } 相同，且均已验证
alike-account = 在 { $value } 的账号 ID 相同
alike-claimed-email = 邮箱 { $value } 相同，未验证
alike-claimed-phone = 电话 { $value } 相同，未验证
answer-contacted = 已通过 { $channel } 发给 { $customer }，会话归您。
answer-agents-only = 只有客服可以这样做
answer-presence = 您现在：{ $presence }。
answer-presence-unknown = 您还没有设置在线状态。
answer-capacity = 您同时接待 { $count } 个会话。
answer-no-number = “{ $given }”不是数字。
answer-link-elsewhere = 请在客服群里使用
answer-linked = 欢迎，{ $agent }。从现在起您在这里以自己的名义操作。
answer-link-wrong = 验证码不对或已过期。请重新获取：每个验证码 15 分钟内有效，只能用一次。

command-macro = 执行一个快捷回复
argument-macro = 快捷回复
answer-macro = 已执行：{ $title }
argument-look = 预览
choice-preview = 预览
macro-says = 发给客户：
macro-notes = 内部备注：
macro-tags = 标签
macro-category = 分类
macro-department = 部门
macro-assignee = 客服
macro-status = 会话
macro-ticket-status = 工单状态
macro-ticket-stage = 工单阶段
macro-ticket-priority = 工单优先级
macro-run = 执行
command-edit = 修改您的消息，客户那边也会变
command-delete = 撤回您的消息，客户那边也会撤回
answer-edited = 已修改。
answer-deleted = 已撤回。
answer-deleted-but-seen = 这里已撤回；客户的平台不支持撤回，对方仍能看到。
answer-no-message = 没有您可以修改的消息：请回复那条消息来使用。

## 工单的实时卡片

ticket-card-owner = 由{ $name }负责。

## 准备中、撤回和评价的工单

form-asked = 为了继续处理，还需要您提供 { $count } 项信息。
form-asked-thanks = 谢谢，信息齐了，同事会在这里继续为您处理。
form-asked-stopped = 好的，那就先不填了，同事会在这里回复您。
rating-ask = 您对这次服务满意吗？
rating-thanks = 感谢您的评价。
rating-thanks-comment = 感谢您的评价。如果还想补充几句，直接写在这里就行。
rating-noted = 谢谢，我们记下了。如果还有问题，直接写在这里就行。
ticket-withdrawn = 工单 { $number } 是误建的，已作废。抱歉给您添乱，我们在这里继续。
review-head = **{ $title }**：{ $name }
review-head-open = **新工单**：{ $name }
review-customer = 客户
review-tier = 等级：{ $value }（{ $source }）
review-region = 地区：{ $value }（{ $source }）
review-unknown = 未知
review-part = 只涉及本会话中的 { $count } 条消息。
review-suggested = 推荐理由：客户写了“{ $words }”。
review-suggested-category = 推荐理由：会话分类为“{ $category }”。
review-suggested-article = 推荐理由：机器人用文章“{ $article }”回答过。
review-which-to-join = 这个会话属于哪张工单？
review-none-to-join = 该客户没有其他未关闭的工单。
review-button-into = 并入 { $number } { $title }
review-joined = 会话已并入 { $number }，并已告知客户。
command-into = 把这个会话并入一张已有的工单
review-pick = 建哪一类工单？
review-field = { $label }：{ $value }（{ $source }）
review-field-missing = ⚠ { $label }：必填
review-field-empty = { $label }：–
review-routing = 转给 { $department }。
review-routing-owner = 转给 { $department }，负责人 { $owner }。
review-routing-priority = 优先级：{ $priority }
review-because = 依据：{ $reasons }
review-rule = 规则“{ $rule }”
review-waiting = ⏳ 等待客户回答：{ $label }
review-existing = 已有未关闭的工单 { $number }，确认后会直接用它。
review-cancelled = 没有建工单。用 `/ticket` 可以重新开始。
review-made = ✅ 已建工单 **{ $number }**：{ $title }
review-made-before = { $number } 本来就有，没有重复建。
review-withdrawn = { $number } 已撤回。改好后可以再确认，或者放弃。
review-withdrawn-told = 客户已经收到过通知，现在会告诉客户那是误建的。
review-undone = { $number } 已撤回。
review-changed-meanwhile = 内容刚被改过，现在是这样：
review-none = 这里没有准备中的工单，用 `/ticket` 开始。
review-asked = 正在询问客户，每答一项卡片都会更新。
review-ask-value = “{ $label }”是什么？回复这条消息填写即可。
review-ask-choice = “{ $label }”：
review-unusable = “{ $label }”{ $why }
review-which-undo = 撤回哪个工单？请写编号：`/undo T-1`。
review-button-confirm = 建工单
review-button-another = 另建一个
review-button-ask = 询问客户
review-button-stop = 停止询问
review-button-cancel = 放弃
review-button-undo = 撤回
review-button-refresh = 刷新
review-button-template = 换一类
review-button-clear = 留空
review-button-back = 返回
source-agent = 客服填写
source-signed-identity = 来自登录身份
source-crm = 来自 CRM
source-import = 导入
source-organisation = 来自所属组织
source-form = 客户回答
source-form-message = 客户回答，第 { $place } 条消息
source-location = 来自共享位置
source-phone = 来自电话号码
source-ip = 来自网络地址
source-conversation = 来自会话
source-conversation-message = 来自第 { $place } 条消息
source-claim = 客户自称
source-default = 默认值
command-ticket = 把本会话（或从所回复的消息开始的部分）建成工单
command-field = 填写准备中工单的一项，“-”表示留空
command-review = 查看准备中的工单并继续处理
command-undo = 撤回两分钟内建的工单
argument-template = 模板
argument-field = 字段
argument-value = 内容
argument-version = 版本
choice-confirm = 建工单
choice-another = 另建一个
choice-ask = 询问客户
choice-stop = 停止询问
choice-cancel = 放弃
choice-template = 换一类
review-note-complete = 客户已回答工单所需的全部信息，用 `/review` 查看。
review-note-refused = 客户不想回答工单所需的信息，用 `/review` 查看还缺什么。
review-note-unanswered = 客户的回答不能用于工单，用 `/review` 查看还缺什么。

## 网页聊天窗口

# 花括号中的名称由网页填入。
chat-title = 在线咨询
chat-greeting = 您好！请直接描述您的问题，我们会在这里回复您。
chat-launcher = 打开在线咨询
chat-close = 关闭在线咨询
chat-log = 消息
chat-older = 更早的消息
chat-newest = 跳到最新消息
chat-today = 今天
chat-open = 我们在线
chat-closed = 我们暂时不在线
chat-closed-until = 我们将于{ $time }回来
chat-typing = 对方正在输入
chat-author-me = 您
chat-author-bot = 智能助手
chat-author-agent = 客服
chat-author-system = 通知
chat-deleted = 此消息已撤回
chat-edited = 已修改
chat-sending = 发送中……
chat-failed = 未发送
chat-retry = 重试
chat-seen = 已读
chat-choices = 选项
chat-unread-one = { $count } 条新消息
chat-unread-other = { $count } 条新消息
chat-article = 文章
chat-read-article = 打开文章
chat-see-ticket = 查看工单
chat-article-page = 在单独页面打开文章
chat-back = 返回聊天
chat-write = 输入消息
chat-send = 发送
chat-attach = 添加文件
chat-attach-limits = 最多 { $files } 个文件，每个不超过 { $size }
chat-files = 已添加的文件
chat-file = 文件
chat-uploading = 上传中……
chat-remove = 移除 { $name }
chat-drop = 将文件拖放到这里
chat-too-many-one = 一条消息最多添加 { $count } 个文件。
chat-too-many-other = 一条消息最多添加 { $count } 个文件。
chat-too-large = { $name } 超过了 { $size }。
chat-upload-failed = { $name } 上传失败，请重试。
chat-away = 现在没有客服在线。请留言并留下邮箱，我们会尽快回复您。
chat-name = 您的姓名（选填）
chat-email = 您的邮箱
chat-email-needed = 请留下邮箱，以便我们回复您。
chat-email-wrong = 邮箱格式似乎不正确。
chat-offline = 连接已断开，正在自动重试。
chat-too-fast = 操作有点快，请稍候。
chat-refused = 此页面无法使用在线咨询。
chat-expired = 您的登录已过期，请刷新页面。
chat-page-title = 在线咨询
chat-page-script = 在线咨询需要启用 JavaScript。

## 工作台

console-account = 您的账户
console-account-change = 更改密码
console-account-changed = 密码已更改，您已在所有地方退出。请用新密码登录。
console-account-changed-title = 密码已更改
console-account-new = 新密码
console-account-of = { $name } 的账户
console-account-old = 当前密码
console-account-old-wrong = 当前密码不正确。
console-account-password = 密码
console-account-password-hint = 更改密码后，您会在所有地方退出，包括这里。
console-all-articles = 全部文章
console-any = 不限
console-article-answer = 聊天中的简短回答
console-article-answer-hint = 机器人会这样回答。留空时使用正文的第一段。
console-article-archive = 停用
console-article-archive-sure = 要停用这篇文章吗？机器人将不再用它回答客户。历史版本会保留。
console-article-archived = 已停用
console-article-begin = 开始撰写
console-article-body = 正文
console-article-body-hint = 支持 Markdown：**加粗**、- 列表、[链接](https://…)、表格。
console-article-long = 这段文字较长，会单独载入。浏览器未启用脚本时此处不显示，原文保持不变。
console-article-rest = 其余内容请在文章页面查看。
console-beside-rest = 其余内容请切换到该语言查看。
console-changes-more = 更多改动
console-article-both = 已发布，另有草稿
console-article-category = 分类，例如 products/washers
console-article-conflict = 在您撰写期间，有人修改了这篇文章。您的文字仍在表单中，对方的修改也没有丢失。请查看下面的差异，取用需要的内容后再次保存。
console-article-done-archived = 文章已停用，机器人不再用它回答客户。
console-article-done-published = 已发布。从现在起机器人会用它回答客户。
console-article-done-saved = 草稿已保存。发布后客户才能看到。
console-article-draft = 草稿
console-article-exists = 已经有一篇名为“{ $name }”的文章。请换一个标题或名称。
console-article-keywords = 检索关键词，用逗号分隔
console-article-needs-title = 请给文章起一个标题：它所回答的问题。
console-article-new-hint = 写下一个问题和它的答案。在任何人看到之前，您可以先试试机器人会怎么说。
console-article-open = 以客户身份查看
console-article-owner = 负责人（邮箱）
console-article-phrasings = 其他问法
console-article-phrasings-hint = 每行一个问题，用客户的说法。这对机器人帮助最大。
console-article-publish = 发布
console-article-published = 已发布
console-article-review-by = 复查日期
console-article-save = 保存草稿
console-article-slug = 地址中的名称
console-article-slug-hint = 小写字母、数字和连字符。留空时由标题生成。
console-article-title = 问题
console-article-title-example = 如何退货？
console-article-visibility = 谁可以看到
console-articles = 知识库
console-ask = 机器人会怎么说？
console-ask-do = 提问
console-ask-empty = 请先写一个问题。
console-ask-found = 找到的文章
console-ask-hint = 用表单中的当前内容提问，就像它已经发布一样。不会发送或保存任何内容。
console-ask-label = 客户的问题
console-assign = 分配
console-attach = 附件
console-author-bot = 机器人
console-author-system = Bellhop
console-back-to-list = 返回列表
console-back-to-start = 前往工作台
console-beside = 对照：{ $language }
console-blocked = 已屏蔽
console-buttons-shown = 客户看到的按钮
console-card-all = 关于整个会话
console-card-keep = 保存
console-card-kind = 工单类型
console-card-made = 已创建 { $number }
console-card-title = 核对并创建工单
console-categories = 分类
console-category = 类别
console-category-proposed = 机器人建议：
console-category-set = 设置
console-macros = 快捷回复
console-macros-hint = 常用的回复和操作，一个词就能完成：在回复框开头输入 / 即可。
console-macros-empty = 还没有快捷回复。
console-macro-new = 新建快捷回复
console-macro-name = 名称
console-macro-key = 短词
console-macro-whose = 归属
console-macro-own = 仅自己
console-macro-shared = 所有人
console-macro-text = 发给客户的内容
console-macro-untag = 移除的标签
console-macro-me = 使用者本人
console-macro-close = 结束会话
console-macro-variables = 内容中可以使用的变量：
console-macro-delete = 删除
console-macro-delete-asks = 确定删除这条快捷回复吗？
console-macro-not-yours = 只有系统管理员可以修改。
console-reports = 报表
console-report-categories = 客户为何而来
console-report-from = 从
console-report-to = 到
console-report-hint = 这段时间内开始的每个会话只统计一次：以客服设置的分类为准，没有设置时以机器人的建议为准。
console-report-empty = 这段时间内没有会话。
console-report-proposed = 仅有建议
console-report-without = 未建工单
console-report-total = 合计
console-report-none = 未分类
console-change = 修改
console-change-hint = 客户可见的变化会通知客户。
console-changed = 更新
console-changed-at = 更新于
console-channels = 渠道
console-choose = 在左侧选择一个，或按：
console-choose-kind = 选择
console-choose-title = 选择会话
console-close = 关闭
console-close-dialog = 完成
console-come = 新增：
console-conflict-by = { $author } 保存于：
console-conflict-hint = 划掉的是对方的内容，绿色的是您的内容。
console-conversations = 会话
console-conversations-before = 其他会话
console-convert-part = 用这些消息创建工单
console-customers-view = 查看客户看到的页面
console-decision-answer = 机器人会回答
console-decision-clarify = 机器人会追问
console-decision-handoff = 机器人会转人工
console-delivery-cancelled = 未发送
console-delivery-delivered = 已送达
console-delivery-expired = 超时未发送
console-delivery-failed = 发送失败
console-delivery-maybe = 可能已发送：连接中断
console-delivery-queued = 等待发送
console-delivery-read = 已读
console-delivery-scheduled = 已计划
console-delivery-sending = 正在发送
console-delivery-sent = 已发送
console-department = 部门
console-design = 设计系统
console-design-buttons = 按钮
console-design-colours = 颜色
console-design-fields = 表单
console-design-lead = 工作台页面的全部组成部分，按您的系统配色显示。
console-design-marks = 标记
console-design-said = 提示与空状态
console-design-text = 文字
console-detail-because = 原因
console-detail-category = 类别
console-detail-department = 部门
console-detail-fields = 字段
console-detail-followers = 关注者
console-detail-owner = 负责人
console-detail-priority = 优先级
console-detail-rating = 评价
console-detail-rule = 规则
console-detail-source = 来源
console-detail-stage = 阶段
console-detail-status = 状态
console-detail-tags = 标签
console-detail-template = 类型
console-detail-tier = 等级
console-draft-saved = 草稿已保存
console-earlier = 显示更早的消息
console-email = 邮箱
console-empty-articles = 机器人依据文章回答。在本页写下第一篇：一个客户常问的问题和它的答案。
console-empty-filtered = 没有符合条件的内容。请减少条件再试。
console-empty-list = 当客户需要人工时，会话会自动出现在这里。
console-empty-mine = 您没有进行中的会话。请到“无人处理”中接手等待最久的会话。
console-empty-tickets = 工单由会话生成：在收件箱中打开一个会话，点击“创建工单”。
console-empty-title = 这里没有内容
console-empty-unassigned = 没有人在等待。新会话会自动出现在这里。
console-event-answered = 机器人已回答
console-event-assigned = 已分配
console-event-changed = 已修改
console-event-clarified = 机器人已追问
console-event-delivery-failed = 消息发送失败
console-event-erased = 个人数据已删除
console-event-given-back = 已交还机器人
console-event-handed-off = 已转人工
console-event-loop-stopped = 已停止循环
console-event-merged = 已合并
console-event-message = 消息
console-event-notified = 已通知客户
console-event-rated = 已评价
console-event-reopened = 已重新打开
console-event-resolved = 已解决
console-event-reviewed = 已核对
console-event-routed = 已路由
console-event-snoozed = 已搁置
console-event-started = 已开始
console-event-status-changed = 状态已更改
console-event-ticket-created = 工单已创建
console-event-withdrawn = 已撤回
console-fields = 详细信息
console-file = 文件
console-file-empty = 文件为空。
console-file-failed = 无法获取：{ $reason }
console-file-pending = 正在获取
console-filter = 筛选
console-filter-clear = 显示全部
console-first-code = 一次性代码
console-first-code-hint = 代码显示在启动 Bellhop 的地方，在“is ready”那一行下面。
console-first-conversation = 这是第一次会话。
console-alike = 可能是同一个人
console-join = 合并
console-joined-records = 已合并的记录
console-joined-by = 操作人：{ $value }
console-part = 重新分开
console-other-channels = 其他渠道
console-code-send = 发送验证码
console-code-hint = 客户在另一个渠道输入这个一次性验证码后，两边会合并为一个人。
console-first-done = 已有管理员：请直接登录。
console-first-lead = 还没有人可以登录。请把自己设为管理员；代码证明这个安装属于您。
console-first-make = 设为管理员
console-first-title = 欢迎使用 Bellhop
console-first-wrong-code = 代码不正确。请在启动 Bellhop 的地方查找；每次启动都会生成新代码。
console-forbidden = 您的角色没有此权限。请联系管理员。
console-forbidden-title = 没有权限
console-foreign = 该请求不是由工作台页面发出的，因此没有执行任何操作。
console-foreign-title = 已拒绝
console-gone = 删除：
console-has-it = { $agent } 正在处理此会话。
console-inbox = 收件箱
console-key-assign = 分配
console-key-close = 关闭会话
console-key-go = 前往收件箱、工单、知识库、快捷回复、报表、路由、跟进
console-key-help = 显示快捷键
console-key-next = 列表中的下一个和上一个
console-key-note = 写备注
console-key-reply = 回复
console-key-send = 发送
console-key-snooze = 搁置
console-key-take = 接手
console-key-ticket = 创建工单
console-keys = 快捷键
console-kind = 发送对象
console-language = 语言
console-language-chosen = 客户选择
console-language-found = 根据消息判断
console-languages = 语言
console-loss-buttons = 按钮以编号列表的形式显示。
console-loss-edit = 该渠道不支持修改已发送的消息，新内容已另发一条。
console-loss-file = 文件以链接形式显示。
console-loss-files = 多个文件以链接形式显示。
console-loss-formatting = 文字格式不显示。
console-loss-last-part = 内容分多条发送，只能撤回最后一条。
console-loss-nothing = 没有可发送的内容。
console-loss-parts = 内容太长，已拆成 { $count } 条发送。
console-loss-reply = 客户看不到这是对哪条消息的回复。
console-losses = 显示与原文不同
console-lost = 连接已断开。您写的内容会保留在这里。
console-made = 创建于
console-make-ticket = 创建工单
console-me = 我
console-messages = 消息
console-nameless = 匿名客户
console-nav = 工作台
console-needed = 必填
console-no-conversations = 它不是由会话创建的。
console-no-fields = 此类工单没有字段。
console-no-messages = 还没有消息。
console-no-tickets-yet = 还没有工单。
console-nobody = 无人
console-not-sent = 未能送达，请重试。
console-note = 备注
console-nothing-known = 除了消息内容，对此人一无所知。
console-older = 更早
console-owner = 负责人
console-palette = 命令
console-palette-key = Ctrl K
console-palette-label = 您想做什么？
console-palette-nothing = 没有此命令
console-palette-run = 执行
console-password = 密码
console-phone = 电话
console-pick-message = 选择此消息创建工单
console-picked = 条已选
console-preview = 预览
console-preview-chat = 聊天中
console-preview-page = 文章页
console-priority = 优先级
console-rating = 评价
console-reason-no = 不符合：
console-reason-yes = 符合：
console-region = 地区
console-reopen = 重新打开
console-reply = 回复
console-review-changed = 内容已被他人修改。这是当前状态，请重新核对。
console-role = 角色
console-role-admin = 管理员
console-role-agent = 客服
console-role-editor = 编辑
console-role-readonly = 只读
console-role-supervisor = 主管
console-roll-back = 恢复为草稿
console-roll-back-hint = 之后的版本不会丢失。发布后客户才能看到。
console-routing = 路由
console-rule-add = 添加表格
console-rule-add-hint = 新表格是空的，并且处于停用状态：先填写、试运行，再启用。
console-rule-add-region = 添加一列
console-rule-add-tier = 添加一行
console-rule-any-region = 任意地区
console-rule-any-tier = 任意等级
console-rule-as-template = 按工单类型
console-rule-changed = 这条规则刚被他人修改。现在显示的是最新内容；与您的选择不同之处已标出。请核对后重新保存。
console-rule-down = 下移
console-rule-down-of = 下移“{ $rule }”
console-rule-edit = 编辑表格
console-rule-edit-of = 编辑“{ $rule }”的表格
console-rule-file = 来自配置文件
console-rule-gets = 由 { $agent } 负责
console-rule-last = 工单数量
console-rule-leave = 不修改
console-rule-named = 名称
console-rule-needs = 需要技能 { $skill }，至少 { $level } 级
console-rule-now = 按现有规则
console-rule-now-cell = 现为：{ $department }
console-rule-off = 已停用
console-rule-order = 规则（按顺序）
console-rule-passes = 继续匹配
console-rule-save = 保存表格
console-rule-table = 按等级和地区
console-rule-table-hint = 先看客户自己的等级，再看“任意等级”；地区由近及远，最后是“任意地区”。“继续匹配”表示由下一个合适的单元格决定，若没有则由下一条规则决定。保存时，没有填写任何部门的行和列会被去掉。
console-rule-tags = 标签 { $tag }
console-rule-then = 结果
console-rule-tier-region = 等级 \ 地区
console-rule-too-large = 这个表格太大，无法在此编辑：请通过 API 修改。
console-rule-tried = 按试运行的规则
console-rule-tried-none = 最近的 { $count } 张工单都不会有变化。
console-rule-tried-some = 最近的 { $count } 张工单中，有 { $different } 张的结果会不同。
console-rule-try = 用历史工单试运行
console-rule-try-note = 没有做任何修改。字段、等级和地区以工单当时路由时的值为准。
console-rule-try-off = 试运行：停用后
console-rule-try-on = 试运行：启用后
console-rule-try-title = 会有哪些变化
console-rule-turn-off = 停用
console-rule-turn-off-of = 停用“{ $rule }”
console-rule-turn-on = 启用
console-rule-turn-on-of = 启用“{ $rule }”
console-rule-unreached = 不会用到：上面的规则始终适用
console-rule-up = 上移
console-rule-up-of = 上移“{ $rule }”
console-rule-when = 条件
console-rule-tried-more = 另有 { $count } 张可通过 API 查看。
console-rules-before = 前面的规则
console-rules-behind = 后面的规则
console-rules-lead = 由第一条符合的规则决定工单或会话归哪个部门。最后一条始终适用，不会有遗漏。
console-samples = 这些是一家虚构商店的示例文章。撰写自己的文章时可以删除它们。
console-samples-remove = 删除示例
console-save = 保存
console-search = 搜索
console-send = 发送
console-send-again = 重新发送
console-send-key = Ctrl Enter
console-side = 客户
console-sign-in = 登录
console-sign-in-too-often = 尝试次数过多。请等待十五分钟后再试。
console-sign-in-wrong = 邮箱或密码不正确。
console-sign-out = 退出
console-signed-out = 您已退出。
console-skip = 跳到内容
console-snooze = 搁置
console-stage = 阶段
console-stale = 表单已过期：页面打开期间登录状态发生了变化。请重新加载页面；草稿已保留。
console-stale-title = 请重新加载页面
console-status = 状态
console-status-bot = 机器人处理中
console-status-open = 进行中
console-status-queued = 等待中
console-status-resolved = 已关闭
console-status-snoozed = 已搁置
console-tags = 标签
console-take = 接手
console-ticket = 工单
console-ticket-active = 全部未完成
console-ticket-closed = 已关闭
console-ticket-made = 已创建 { $number }，并已通知客户。
console-ticket-new = 新建
console-ticket-open = 处理中
console-ticket-resolved = 已解决
console-ticket-search = 编号或部分内容
console-ticket-waiting-customer = 等待客户
console-ticket-waiting-third-party = 等待第三方
console-tickets = 工单
console-tier = 等级
console-timeline = 经过
console-to-bot = 交给机器人
console-too-large = 发送的内容过大。
console-too-large-title = 过大
console-verified = 已验证
console-version = 版本 { $number }
console-version-changes = 版本 { $number } 的变化
console-versions = 版本
console-view-all = 全部
console-view-bot = 机器人
console-view-mine = 我的
console-view-resolved = 已关闭
console-view-unassigned = 无人处理
console-views = 列表
console-visibility-customers = 客户
console-visibility-internal = 仅内部
console-visibility-public = 所有人
console-why = 原因
console-warning-unknown = 没有“{ $value }”这一项：请新建，或更正渠道发来的内容。
console-warning-untrusted = 此渠道提供的信息不可信。
console-write = 写消息…
console-writes-here = { $agent } 正在此输入。
console-wrong-email = 该邮箱无法使用。
console-wrong-name = 姓名为 1 到 200 个字符。
console-your-name = 姓名
console-article-new = 新文章
console-password-hint = 至少 { $count } 个字符。几个连在一起的词比符号更容易记住。
console-wrong-password = 密码为 { $count } 到 200 个字符。
console-time-day = { $month }月{ $day }日 { $time }
console-time-year = { $year }年{ $month }月{ $day }日
console-detail-region = 地区
console-detail-relation = 关系
console-earlier-events = 查看更早的记录
console-latest = 回到最新的消息
console-latest-events = 回到最新的记录
console-whole-message = 查看完整消息
## 为什么不行

why-empty = 不能为空
why-is-empty = 内容为空
why-no-text = 必须是文字
why-too-long = 有 { $length } 个字符，最多 { $most } 个
why-no-order = “{ $given }”不是订单号；请不带空格填写，如 1001
why-not-offered = 没有“{ $given }”这一项；请从这些中选择：{ $choices }
why-choose-one = 请至少选择一项：{ $choices }
why-several-places = “{ $given }”在多处出现；请从第一级写起，写出完整路径
why-nothing-below = { $path } 之下没有可选项
why-choose-further = 请继续选择：{ $choices }
why-no-yes-or-no = 必须是“是”或“否”
why-no-mail = “{ $given }”不是邮箱地址；应形如 ann@example.org
why-no-phone = “{ $given }”不是电话号码；请带国家代码填写，如 +86 10 12345678
why-rule-name = 请填写 1 到 100 个字符的名称。
why-no-address = “{ $given }”不是网址；应以 https:// 开头
why-no-file = “{ $given }”不是已上传的文件；请先上传，再填写其编号（fil_…）
why-wrong-form = “{ $given }”不符合要求的格式 { $form }
why-least-characters = 至少要有 { $limit } 个字符
why-most-characters = 最多 { $limit } 个字符
why-least-choices = 至少选择 { $limit } 项
why-most-choices = 最多选择 { $limit } 项
why-not-before = 不能早于 { $limit }
why-not-after = 不能晚于 { $limit }
why-least = 不能小于 { $limit }
why-most = 不能大于 { $limit }
why-no-number = “{ $given }”不是数字
why-must-be-number = 必须是数字
why-too-many-digits = 位数太多，最多保留 { $most } 位
why-amount-like = “{ $given }”不是金额；请写成 12.50 EUR 这样
why-no-amount = 必须是金额，如 12.50
why-no-amount-at-all = 必须是金额：数字、形如“12.50 EUR”的文字，或 { $form }
why-below-zero = 不能小于零
why-decimal-places = { $currency } 有 { $places } 位小数
why-no-currency = “{ $given }”不是货币；请写成 EUR 这样
why-no-day = “{ $given }”不是日期；请写成 2026-11-22 这样
why-no-moment = “{ $given }”不是时间；请带时区填写，如 2026-11-22T10:00:00+08:00
why-required-not-found = 必填，但在会话中没有找到
why-required-cleared = 必填，不能清空
why-required-now = 按目前的情况必填
why-required-to-resolve = 解决工单前必须填写
why-required-for-stage = 进入“{ $stage }”阶段前必须填写
why-not-asked = 按目前的情况不需要填写
why-no-field = { $template } 没有这个字段；它有：{ $known }
why-ticket-no-field = { $template } 没有这个字段
why-closed-reopen = { $ticket } 已关闭，只能重新打开（状态 open）
why-closed-for-good = { $ticket } 已关闭，请另建工单
why-new-again = 工单不能再变回“新建”，请用 open
why-fields-needed = 解决工单前还需要：{ $fields }
why-fields-needed-for = 进入“{ $stage }”阶段前还需要：{ $fields }
why-no-stages = 没有“{ $stage }”这个阶段
why-no-stage = 没有“{ $stage }”这个阶段；有：{ $known }
why-last-stage = 阶段 { $from } 之后不能是 { $to }
why-not-next = 阶段 { $from } 之后不能是 { $to }；接下来可以是：{ $allowed }
why-stage-means = 阶段 { $stage } 对应状态 { $means }，而不是 { $asked }
why-in-the-past = 时间已经过去，请给出将来的时间
why-ends-before = 结束时间早于开始时间
why-long-time = 时间跨度超过 { $days } 天
why-macro-ticket = 该快捷回复会修改工单：会话必须正好有一张未关闭的工单
why-nobody-to-assign = 要分配给使用快捷回复的人，但使用者不是客服人员
why-far-ahead = 超过一年以后了
why-resolved = 会话已解决，请先重新打开
why-resolved-snooze = 已解决的会话不能搁置，请先重新打开
why-label-length = 标签应有 1 到 { $most } 个字符
why-labels = 最多 { $most } 个标签
why-at-most-characters = 最多 { $most } 个字符
why-at-most-files = 最多 { $most } 个文件
why-no-such-file = 没有这个文件，请先上传
why-channel-gone = 渠道 { $channel } 已不再配置，无法发送
why-erased = 此人的数据已被删除
why-erased-send = 此人的数据已被删除，无法发送
why-erased-join = 两者之一的数据已被删除，无法合并
why-customers-words = 客户写的内容属于客户，只能修改我们这边说的话
why-others-words = 这是别人说的，只有本人和其主管可以修改
why-taken-back = 这条消息已撤回
why-undo-late = { $ticket } 已建立超过 { $minutes } 分钟，请改为关闭它
why-undo-others = 只有建立 { $ticket } 的人或主管可以撤回
why-blocked = 此人已被屏蔽，请先解除屏蔽
why-nowhere-to-write = 此人还没有在任何渠道写过消息，无处可写
why-same-person = 本来就是同一个人
why-no-contact = 没有这个联系人
why-agent-disabled = { $agent } 已停用
why-wrong-codes = 错误代码太多，请等十分钟后再要一个新的
why-capacity = 应为 0 到 { $most } 的数字
why-other-contact = 与会话的联系人不同，请去掉其中之一
why-contact-or-conversation = 请给出联系人或会话
why-ticket-alone = 此工单没有可写消息的会话
why-ticket-closed = 此工单已关闭
why-ticket-taken-back = { $ticket } 已撤回，请另建一个
why-no-messages = 没有指明消息；如要转换整个会话，请省略
why-pick-template = 请先选择模板
why-nothing-to-ask = 没有需要询问客户的内容
why-no-review = 本会话没有准备中的工单，请先开始一个
why-message-old = 该消息不在本会话最近的消息之中
why-file-large = 文件大于 { $most } MiB
why-file-not-stored = 文件现在无法保存
why-file-not-read = 文件现在无法读取
why-no-language = “{ $given }”不是语言代码，请写成 en、zh 或 pt-BR 这样
why-category-not-offered = { $template } 不提供类别“{ $category }”
why-unknown = 没有这个{ $what }：“{ $key }”
why-unknown-of = 没有这个{ $what }：“{ $key }”；有：{ $known }
why-too-many-regressions = 回归问题已有 { $most } 个，请先删除一些
why-too-many-synonyms = 同义词组已有 { $most } 个，请先删除一些
why-synonyms-count = 每组需要 2 到 { $most } 个词或短语
why-synonym-long = “{ $word }”超过 { $most } 个字符，或含有无法显示的字符
why-synonym-empty = “{ $word }”不含文字或数字
why-synonym-little = “{ $word }”只有没有实际含义的词
why-synonym-short = “{ $word }”只有一个字，会出现在太多词里
why-synonyms-same = “{ $one }”和“{ $other }”本来就按同一个词处理
why-no-conversation-for-article = 该工单不是由会话创建的，没有内容可以写成文章
why-no-question-left = 其中已经没有问题了
why-suggestion-accepted = 已经据此写成文章
why-suggestion-declined = 已经被拒绝
why-administrator-there = 已有管理员：请直接登录
why-did-not-fail = 这条消息没有发送失败
why-no-rating = 现在不能评价此工单
thing-agent = 客服
thing-article = 文章
thing-category = 类别
thing-channel = 渠道
thing-contact = 联系人
thing-conversation = 会话
thing-dead-letter = 死信
thing-department = 部门
thing-identity = 身份
thing-macro = 快捷回复
thing-message = 消息
thing-organisation = 组织
thing-region = 地区
thing-review = 准备中的工单
thing-template = 模板
thing-ticket = 工单
thing-tier = 等级
thing-token = 令牌
thing-decision = 决定
thing-gap = 缺口
thing-regression-question = 回归问题
thing-group-of-synonyms = 同义词组
thing-suggestion = 推荐
permission-conversations-read = 查看会话
permission-conversations-write = 处理会话
permission-tickets-read = 查看工单
permission-tickets-write = 建立和修改工单
permission-contacts-read = 查看客户
permission-contacts-write = 修改客户
permission-contacts-erase = 删除客户数据
permission-articles-read = 查看文章
permission-articles-write = 编写文章
permission-desk-read = 查看服务台设置
permission-desk-write = 修改服务台设置
permission-operations = 管理系统

## 工单为什么分到这里

because-always = 始终适用
because-never = 从不适用
because-no-rule = 没有规则符合
because-any = { $subject }不限
because-and = { $left }且{ $right }
because-or = { $left }或{ $right }
because-not = 非（{ $condition }）
because-is = { $subject }为{ $value }
because-is-not = { $subject }不为{ $value }
because-one-of = { $subject }为{ $value }之一
because-none-of = { $subject }不为{ $value }
because-within = { $subject }在{ $value }之内
because-not-within = { $subject }不在{ $value }之内
because-at-least = { $subject }至少为{ $value }
because-at-most = { $subject }至多为{ $value }
because-more = { $subject }大于{ $value }
because-less = { $subject }小于{ $value }
because-contains = { $subject }含有{ $value }
because-matches = { $subject }符合 { $value }
because-given = 有{ $subject }
because-missing = 没有{ $subject }
subject-tier = 等级
subject-region = 地区
subject-language = 语言
subject-channel = 渠道
subject-template = 模板
subject-category = 类别
subject-priority = 优先级
subject-tags = 标签
subject-contact = 客户
subject-organisation = 公司
subject-tickets-open = 未结工单数
subject-tickets-total = 工单总数
subject-text = 客户所写内容
subject-hours = 营业时间
subject-hours-of = 营业时间（{ $name }）
subject-field = { $name }
subject-attribute = { $name }
hours-open = 营业中
hours-closed = 休息中

## 客服在别处所做的修改

staff-own-changed = ✏️ 已在别处修改，现在的内容：
staff-own-gone = 🗑 已在别处撤回

## 请求中的各项

place-agent = 客服
place-attachments = 文件
place-capacity = 容量
place-category = 类别
place-contact = 客户
place-department = 部门
place-language = 语言
place-message-ids = 消息
place-other = 另一个
place-owner = 负责人
place-priority = 优先级
place-region = 地区
place-stage = 阶段
place-status = 状态
place-tags = 标签
place-template = 工单类型
place-text = 内容
place-tier = 等级
place-until = 时间

## 自动分配：谁得到了什么，以及原因

assigned-had-customer = 上次由其接待该客户
assigned-skill = 具备“{ $skill }”技能，等级不低于 { $level }
assigned-language = 使用{ $language }工作
assigned-region = 负责地区 { $region }
assigned-tier = 负责 { $tier } 级客户
assigned-least = 手头工作最少：{ $load }/{ $most }
assigned-idle = 空闲时间最长
assigned-only = 目前没有其他人可以接手
assigned-fits = 最合适：其他人负责别的语言、地区或客户等级
assigned-nobody-has-skill = 部门里没有人具备“{ $skill }”技能（等级 { $level }），因此不再等待
assigned-nobody-free = 目前没有人可以接手
assigned-nobody-here = 该部门没有成员
assigned-absent = { $agent } 已离开 { $minutes } 分钟
not-assigned-never-there = 从未表示在岗
not-assigned-away = 暂时离开
not-assigned-offline = 已离线
not-assigned-off-duty = 不在工作时间内
not-assigned-full = 已有 { $load }/{ $most }
not-assigned-passed-on = 已将其转出
not-assigned-skill = 缺少“{ $skill }”技能（等级 { $level }）
staff-reason-absent = 已退回队列：{ $reason }
staff-card-assigned = 自动分配：{ $reasons }
## 追问

answer-same = 这一点也在同一篇文章里：

## 客服和编辑为知识库所做的

command-suggest = 推荐把本次对话写入知识库
command-gaps = 列出客户问过但没有得到好答案的问题
command-gap = 查看其中一个缺口，为它起草文章，或忽略它
command-pin = 让文章在 /kb 中置顶，或取消置顶
command-vote = 评价一篇文章是否好用
argument-gap = 缺口
choice-draft = 起草文章
choice-dismiss = 不需要文章
choice-off = 取消
choice-up = 好用
choice-down = 不好用
choice-none = 撤回评价
answer-suggested = 已推荐，编辑会查看。
answer-no-gaps = 最近三十天的问题都有好的答案。
answer-gaps = 最近三十天没有得到好答案的问题：
answer-gap-line = { $title }（{ $count } × { $language }）
answer-button-gap = { $count }. 查看
answer-no-gap = “{ $given }”不是缺口，用 `/gaps` 列出。
answer-gap-drafted = 已起草：`{ $slug }`。示例问题已加入，写好答案后才能发布。
answer-gap-dismissed = 已忽略。出现同样多的新问题时会再次列出。
answer-pinned = 已置顶：{ $slug }
answer-unpinned = 已取消置顶：{ $slug }
answer-voted = 已记录对 { $slug } 的评价。
answer-kb-unused = 没有置顶的文章，最近也没有用过文章。


## 跨部门询问

request-head = ❓ **{ $department }**：{ $agent } 就客户 { $customer } 询问
request-hint = 直接回复本条消息即可作答；相关文件在该会话的话题里。
request-open = 还没有人接手。
request-taken = { $agent } 正在处理。
request-expected = { $agent } 正在处理，预计 { $at } 前答复。
request-answered = ✅ 已答复：
request-answered-by = ✅ { $agent } 答复：
request-withdrawn = ✖ 已撤回。
request-button-take = 我来处理
request-button-expected = ⏱ { $moment }
request-button-withdraw = 撤回
why-request-answered = 已经有答复了
why-request-withdrawn = 已经撤回了
why-not-of-conversation = 不是本次会话里的消息
why-not-to-come = 不是将来的时间
thing-request = 跨部门询问
place-expected-at = 预计时间
staff-question = 询问{ $department }
staff-answer = 给 { $agent } 的答复
staff-card-request = ❓ { $department }：{ $state }

## 相互有关的工单

command-split = 回复某条消息：把它拆成单独的工单
command-incident = 把工单设为事件：关联多张工单，或一次答复全部
argument-relation = 与本工单的关系
argument-incident = 工单号 | solved <答复> | off
answer-which-relation = { $other } 与 { $ticket } 是什么关系？
answer-linked-ticket = { $ticket }：{ $relation }
answer-button-unlink = 取消关联
answer-unlinked = { $ticket } 与 { $other } 已取消关联。
answer-not-linked = { $ticket } 与 { $other } 本来就没有关联。
choice-duplicate = 是它的重复
choice-original = 是它的原单
choice-parent = 是它的上级
choice-child = 是它的下属
choice-related = 与它相关
relation-duplicate-of = 与 { $ticket } 重复
relation-has-duplicate = 被 { $ticket } 重复
relation-child-of = 属于 { $ticket }
relation-parent-of = 下属工单：{ $ticket }
relation-related = 相关：{ $ticket }
relation-split-from = 拆分自 { $ticket }
relation-split-into = 拆出：{ $ticket }
staff-merged-into = ➡ 已并入 { $ticket }
staff-merged-parts = 已并入的工单：{ $tickets }
staff-incident = 🚨 事件
answer-merge-word = “{ $given }”不是工单号：`/merge T-7` 把本会话的工单并入 T-7，`/merge T-9 T-7` 把 T-9 并入 T-7，`/merge undo T-9` 撤销。
answer-merge-usage = 请给一个或两个工单号：`/merge T-7` 把本会话的工单并入 T-7，`/merge T-9 T-7` 把 T-9 并入 T-7，`/merge undo T-9` 撤销。
answer-button-merge-anyway = 仍然合并
answer-merged-tickets = { $ticket } 已并入 { $into }。
answer-button-unmerge = 撤销合并
answer-unmerged = { $ticket } 已恢复为单独的工单。
answer-split-which = 请回复要拆出来的那条消息来使用。
answer-split = 已从 { $from } 拆出 { $ticket }，并告知了客户编号。
answer-incident-word = “{ $given }”不是 T-7 这样的工单号。
answer-incident = 🚨 { $ticket } 是事件，未解决的下属工单：{ $count }。用 `/incident { $ticket } solved <答复>` 一次答复并解决全部。
answer-incident-languages = 客户使用的语言：{ $languages }。可在控制台或 API 里分别填写；只给一种时所有人都收到这一种。
answer-button-incident-off = 不是事件
answer-incident-off = { $ticket } 已恢复为普通工单。
answer-incident-solved = { $ticket } 已解决，一并答复的工单：{ $count }。
why-merge-itself = { $ticket } 不能并入自己
why-merged = { $ticket } 已并入 { $other }
why-merge-closed = { $other } 已关闭，{ $ticket } 不能并入
why-merge-into-child = { $other } 属于 { $ticket }，所以 { $ticket } 不能并入它
why-merge-other-customer = { $ticket } 和 { $other } 不是同一位客户
why-not-merged = { $ticket } 没有并入其他工单
why-unmerge-late = 合并只能在 { $days } 天内、且 { $other } 未关闭时撤销
why-undo-merged = { $ticket } 与 { $other } 已合并，请先撤销合并
why-link-itself = 工单不能与自己关联
why-link-split = 拆分关系由系统记录，不能手动设置
why-link-second-parent = { $ticket } 已属于 { $parent }
why-link-circle = { $other } 本身属于 { $ticket }
why-no-ticket = 没有可用的工单 { $ticket }
why-incident-solved = { $ticket } 已解决，请先重新打开
why-no-incident = { $ticket } 不是事件
why-too-many = 一次最多 { $most } 个
why-split-no-value = 字段 { $field } 没有可带走的值
why-split-elsewhere = 不是 { $ticket } 同一个会话里的消息
place-into = 工单
place-children = 工单
place-ticket = 工单
place-answer = 答复
place-messages = 消息
console-event-unmerged = 撤销合并
console-event-linked = 关联
console-event-unlinked = 取消关联
console-joined = 其他工单
console-joined-none = 没有关联其他工单。
console-joined-ticket = 工单号
console-joined-is = 那张工单是
console-joined-duplicate = 本工单的重复
console-joined-original = 本工单的原单
console-joined-parent = 本工单的上级
console-joined-child = 本工单的下属
console-joined-related = 相关
console-joined-link = 关联
console-joined-merge = 并入该工单
console-joined-other-customer = 即使是另一位客户的
console-joined-quiet = 不通知客户
console-joined-split = 把部分消息拆成工单
console-joined-split-do = 拆分
console-joined-incident = 事件
console-joined-incident-hint = 多人反映同一问题：把他们的工单关联进来，一次答复即可全部解决。
console-joined-attach = 工单号，如 T-4 T-5
console-joined-declare = 设为事件
console-joined-add = 关联
console-joined-solve = 答复并解决全部
console-joined-answer = 答复
console-joined-no-numbers = 请填写 T-4 这样的工单号。
why-part-later-first = 保留下来的记录后来又并入了别的记录，或已被清除；请先撤销后面的合并
answer-parted = { $customer } 已恢复为单独的联系人。
place-reason = 原因
answer-incident-which = 哪张工单要设为事件？
answer-button-incident = 把 { $ticket } 设为事件

## 业务系统单据与跟进

follow-up-failed = { $system }：单据 { $id } 处理失败（{ $state }）
why-no-reference-word = 为空、超过 { $most } 个字符，或含有编号和状态中不允许的字符
why-no-reference-url = 不是可以打开的 http 或 https 网址
why-ahead = 在将来
why-follow-up-ended = 已经结束了
why-no-systems = 还没有配置业务系统：请在配置中添加 `[systems.NAME]`
thing-system = 业务系统
thing-reference = 单据
thing-follow-up = 跟进事项
place-due-at = 时间
place-system = 业务系统
place-reference = 单据
place-state = 状态
place-url = 网址
command-followup = 到时间提醒您跟进工单
command-followups = 列出您的跟进事项，或某张工单的跟进事项
command-reference = 把业务系统的单据关联到工单，或列出已关联的单据
command-unreference = 取消关联的单据
argument-task = 要做什么
argument-reference = 单据编号
argument-system = 业务系统
answer-follow-up-what = 请写明到时要做什么：`/followup 周五 查一下退款`
answer-follow-up-set = 🗓 { $number }：{ $at } 提醒{ $agent }。
answer-follow-up-put-off = 🗓 已推迟到 { $at }。
answer-follow-up-done = ✅ 已完成。
answer-follow-up-cancelled = ✖ 不再需要。
answer-no-follow-ups = 没有要跟进的事。用 `/followup 周五 查一下退款`，到时间会提醒您。
answer-referenced = 已关联到 { $number }：{ $case }
answer-no-references = { $number } 没有关联其他系统的单据。
answer-no-reference = 没有关联“{ $given }”。
answer-unreferenced = { $number } 已取消关联 { $id }。
answer-which-system = 是哪个系统？
follow-up-department = 部门
follow-up-button-done = ✅ 完成
follow-up-button-cancel = ✖ 不需要了
follow-up-button-done-of = ✅ { $number }
follow-up-card = ⏰ **{ $agent }**：{ $text }
    { $number } · { $customer } · { $at } 到期
follow-up-card-done = ✅ { $agent }：{ $text }
    { $number } · { $customer } · 已完成
follow-up-card-cancelled = ✖ { $agent }：{ $text }
    { $number } · { $customer } · 不再需要
follow-up-card-put-off = 🗓 { $agent }：{ $text }
    { $number } · { $customer } · 推迟到 { $at }
console-cases = 其他系统
console-cases-unset = 在配置中添加业务系统后，办理本工单的单据及其状态会显示在这里。
console-cases-none = 关联办理本工单的订单、退款单或维修单：这里会显示它的状态，一旦失败会通知负责人。
console-case-add = 关联单据
console-case-system = 系统
console-case-reference = 单据编号
console-follow-ups = 跟进
console-follow-ups-hint = 到时间会提醒您的事，以及您所在部门还没有人负责的事。
console-follow-ups-none = 不用一直盯着工单：写明要做什么、什么时候做，到时间会提醒负责的人。
console-follow-ups-empty = 没有要跟进的事。在工单页面写明要做什么、什么时候做，它就会出现在这里，到时间提醒您。
console-follow-ups-due = 已到期
console-follow-ups-to-come = 未到期
console-follow-ups-later = 更晚的
console-follow-ups-count = { $count } 项已到期
console-follow-up-open = 未到期
console-follow-up-due = 已到期
console-follow-up-done = 已完成
console-follow-up-cancelled = 不需要
console-follow-up-finish = 完成
console-follow-up-drop = 不需要了
console-follow-up-add = 添加跟进
console-follow-up-what = 要做什么
console-follow-up-when = 时间
console-follow-up-who = 由谁来做
console-follow-up-tomorrow = 明天
console-follow-up-week = 一周后
console-event-referenced-linked = 已关联单据
console-event-referenced-state = 单据状态变更
console-event-referenced-failed = 单据处理失败
console-event-referenced-changed = 单据信息变更
console-event-referenced-unlinked = 已取消关联单据
console-event-follow-up-set = 已添加跟进
console-event-follow-up-due = 跟进到期
console-event-follow-up-put-off = 跟进已推迟
console-event-follow-up-done = 跟进已完成
console-event-follow-up-cancelled = 跟进不再需要
console-detail-system = 系统
console-detail-case = 单据
console-detail-state = 状态
console-detail-due-at = 时间
console-detail-agent = 人员
console-detail-late = 延迟
console-list-too-much = 工单太多，这样查找耗时过长。请再选择状态、部门、负责人或类型，或直接搜索编号。
console-list-too-much-title = 需要查找的内容太多
console-sort = 排序
console-sort-newest = 最新创建优先
console-sort-oldest = 最早创建优先
console-sort-updated = 最近更新优先
console-sort-urgency = 最紧急优先

## 消息为何未送达（渠道的说法）

refusal-blocked = 客户已屏蔽机器人
refusal-account-gone = 客户的 Telegram 账号已不存在
refusal-never-wrote = 客户从未给机器人发过消息，机器人不能主动发起
refusal-no-chat = Telegram 上（已）找不到与该客户的聊天
refusal-not-taken = 客户不接收机器人的消息
refusal-message-gone = 这条消息已经不在了
refusal-no-change = Telegram 已不允许修改这条消息
refusal-no-taking-back = Telegram 已不允许撤回这条消息：发出已超过 48 小时
refusal-file-too-large = 文件超过 Telegram 允许机器人发送的大小
refusal-file-over-limit = 文件超过 Telegram 允许机器人发送的 50 MB
refusal-file-not-fetched = Telegram 无法获取文件
refusal-file-empty = 文件是空的，Telegram 不接收空文件
refusal-file-gone = 文件已经不在了
refusal-too-late = 未能及时发出
refusal-no-channel = 该渠道已不再配置
refusal-no-connection = 无法连接到接收方
refusal-broken = 连接在收到响应之前中断
refusal-not-built = 无法生成请求
refusal-redirected = 接收方返回 { $given }：不跟随重定向
refusal-answered = 接收方返回 { $given }
refusal-no-answer = 在 { $given } 内没有收到响应
refusal-not-stored = 未能及时保存
refusal-starting = 渠道正在启动
refusal-telegram-no-connection = 无法连接到 Telegram
refusal-telegram-broken = 与 Telegram 的连接在收到响应之前中断
refusal-telegram-no-answer = Telegram 在 { $given } 内没有响应
refusal-telegram-answered = Telegram 返回 { $given }
refusal-telegram-fewer = Telegram 要求在此聊天中放慢发送
refusal-telegram-token = Telegram（已）不认识这个机器人：令牌有误或已被撤销；请把 BotFather 显示的令牌写入配置
refusal-direct-closed = 客户不接收机器人的私信：可能屏蔽了机器人、关闭了私信，或与机器人没有共同的服务器
refusal-no-thread = Discord 上（已）找不到该客户的子区
refusal-discord-file-too-large = 文件超过 Discord 允许机器人发送的大小
refusal-discord-file-over-limit = 文件超过 Discord 允许机器人发送的 10 MB
refusal-discord-no-access = 机器人看不到这个频道：请给它的身份组开启“查看频道”
refusal-discord-no-permission = 机器人在这个频道里缺少权限：需要发送消息、在子区内发送消息、创建私密子区、管理子区、嵌入链接、附加文件和读取消息历史
refusal-discord-no-connection = 无法连接到 Discord
refusal-discord-broken = 与 Discord 的连接在收到响应之前中断
refusal-discord-no-answer = Discord 在 { $given } 内没有响应
refusal-discord-answered = Discord 返回 { $given }
refusal-discord-fewer = Discord 要求在此频道中放慢发送
refusal-discord-token = Discord（已）不认识这个机器人：令牌有误或已被重置；请把开发者门户 Bot 页面上的令牌写入配置


## 平台在输入时显示的命令

command-fill = 一次补齐工单还缺的内容；平台支持表单时用表单
command-invite = 在公开频道放一条带按钮的消息，方便大家联系我们
argument-room = 频道
review-filled = 已全部填好。
review-still-missing = 还缺：{ $fields }。
review-button-fill = 📝 填写
answer-invite-elsewhere = 请在要放这条消息的平台的客服群里使用此命令
answer-invite-refused = 消息放不过去；请检查机器人能否在该频道发言，以及平台是否支持这种按钮
invite-text = 有问题吗？点一下按钮就能给我们留言，内容只有您和我们能看到。
invite-button = 联系我们
answer-invited = 好了，带按钮的消息已经发出。
staff-pick = 请选择：{ $what }
staff-form-late = 等待时间过长，请再试一次。
staff-elsewhere = 请在客服团队工作的频道里使用此命令。
pointing-ticket = 转为工单
pointing-customer = 查看客户
slash-take = 接手
slash-assign = 分配
slash-transfer = 转交
slash-close = 结束
slash-reopen = 重开
slash-snooze = 搁置
slash-bot = 交还机器人
slash-ask = 询问部门
slash-answer = 答复部门
slash-asked = 询问进展
slash-reply = 回复
slash-note = 备注
slash-edit = 修改
slash-delete = 撤回消息
slash-kb = 知识库
slash-send = 发送文章
slash-suggest = 推荐收录
slash-macro = 快捷回复
slash-ticket = 工单
slash-field = 字段
slash-fill = 填写
slash-review = 工单草稿
slash-undo = 撤销工单
slash-transcript = 会话记录
slash-customer = 客户
slash-tier = 等级
slash-region = 地区
slash-category = 分类
slash-tag = 标签
slash-merge = 合并
slash-code = 验证码
slash-into = 归入工单
slash-split = 拆分
slash-incident = 事件
slash-followup = 跟进
slash-followups = 跟进列表
slash-reference = 关联单据
slash-unreference = 取消单据
slash-block = 屏蔽
slash-unblock = 取消屏蔽
slash-status = 工单状态
slash-priority = 优先级
slash-department = 工单部门
slash-vote = 评价文章
slash-pin = 置顶文章
slash-gaps = 知识缺口
slash-gap = 缺口
slash-contact = 主动联系
slash-presence = 在线状态
slash-link = 关联
slash-help = 帮助
slash-invite = 公开入口

## 单独的对话

contact-opened = 请到这里和我们聊：{ $place }
contact-open-already = 您的对话还在这里：{ $place }
contact-failed = 我们这边出了点问题，请稍后再按一次按钮。

## Followers, and colleagues who are named

command-follow = 关注工单：有动静时通知您或一位同事
command-unfollow = 取消关注工单：不再通知您或一位同事
command-notices = 查看所关注工单的动态，以及谁提到了您
why-nobody-follows = 请指明由哪位客服关注
answer-follows = 🔔 您已关注 { $number }。有动静时会通知：{ $agents }。
answer-followers = { $number } 的关注者：{ $agents }。
answer-no-notices = 暂时没有新通知。用 `/follow` 关注工单，有动静时会通知您；同事在备注里写 `@` 加您的名字也会提醒您。
answer-unheard = 以下同事已离职或无权查看，没有通知到：{ $agents }
follow-nobody = 无
follow-button-follow = 🔔 关注
follow-button-unfollow = 🔕 取消关注
mention-card = 🔔 { $agents }：{ $agent } 在备注中提到了您。
mention-card-ticket = 🔔 { $agents }：{ $agent } 在 { $number } 的备注中提到了您。
notice-mentioned = 在备注中提到了您
notice-added = 将您设为关注者
notice-message = 客户发来消息
notice-reply = 已回复客户
notice-note = 有新备注
notice-status = 状态有变
notice-assigned = 已转交
notice-priority = 优先级有变
notice-due = 跟进事项已到期
notice-rated = 客户作了评价
notice-requested = 向其他部门提问或收到答复
notice-case-failed = 其他系统的单据失败
notice-merged = 已合并或拆开
notice-withdrawn = 已撤回
console-notices = 与我有关
console-notices-hint = 谁提到了您，您关注的工单有什么动静。看过即为已读。
console-notices-empty = 暂时没有通知。关注一张工单，有动静时会通知您；同事在备注里写 @ 加您的名字也会提醒您。
console-notices-new = 未读
console-notices-read = 已读
console-notices-read-all = 全部标为已读
console-notices-older = 更早的
console-notices-count = { $count } 条未读
console-followers = 关注者
console-followers-none = 还没有人关注这张工单。关注者会在有动静时收到通知。
console-follow = 关注
console-unfollow = 取消关注
console-follower-add = 添加
console-follower-who = 同事
console-follower-filter = 关注者
