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
    /forget – 删除我们保存的关于您的信息
    /help – 显示这份说明
command-unknown = 没有这个命令，输入 /help 可以看到所有命令。
language-ask = 您想用哪种语言？
language-set = 好的，以后用中文。
language-set-other = 好的，只要有{ $name }的内容就用{ $name }；我自己说的话还是中文。
language-unknown = 我不认识“{ $tag }”这种语言，请从下面选一种：
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
page-language = 语言
article-updated-at = 最近更新
article-only-in = 这篇文章暂时没有您所用语言的版本。
article-other-versions = 其他语言版本
article-gone-page = 这篇文章已经下线。
page-owner = 负责人
page-start-lead = Bellhop 正在这里运行：用知识库回答客户，转接人工客服，并把对话变成工单。
page-start-steps = 第一步
page-start-ask = 问问助手会怎么回答：
page-start-token = 为程序和脚本创建令牌：
page-start-channel = 在配置文件里接入渠道：
page-start-links = 链接
page-start-api = 接口说明
page-start-health = 是否就绪？

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
command-category = 设置这个会话的分类；用 - 清除
command-tag = 查看标签；+标签 添加，-标签 移除
command-block = 屏蔽此人：消息静默保存
command-unblock = 取消屏蔽
command-merge = 把同一个人的另一条记录并入这一条
command-contact = 主动给某人发消息
command-presence = 查看或设置您的在线状态，以及同时接待的会话数
command-link = 用您的验证码证明身份

argument-department = 部门
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
argument-contact = 联系人
argument-capacity = 数量
argument-code = 验证码

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
answer-category-cleared = 这个会话现在没有分类。
answer-tags = 标签：{ $tags }
answer-no-tags = 没有标签。
answer-blocked = 已屏蔽 { $customer }：消息会保存，不打扰任何人，对方不会知道。
answer-unblocked = 已取消屏蔽 { $customer }。
answer-button-unblock = 取消屏蔽
answer-merge-confirm = 把 { $other } 并入 { $customer }？会话和工单会一起归入，无法撤销。
answer-button-merge = 合并
answer-merged = { $other } 和 { $customer } 现在是同一个人。
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
command-edit = 修改您的消息，客户那边也会变
command-delete = 撤回您的消息，客户那边也会撤回
answer-edited = 已修改。
answer-deleted = 已撤回。
answer-deleted-but-seen = 这里已撤回；客户的平台不支持撤回，对方仍能看到。
answer-no-message = 没有您可以修改的消息：请回复那条消息来使用。

## Live cards of tickets

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
review-pick = 建哪一类工单？
review-field = { $label }：{ $value }（{ $source }）
review-field-missing = ⚠ { $label }：必填
review-field-empty = { $label }：–
review-routing = 转给 { $department }。
review-routing-owner = 转给 { $department }，负责人 { $owner }。
review-routing-priority = 优先级：{ $priority }
review-because = 依据：{ $reasons }
review-rule = 规则 { $rule }
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
why-required-to-resolve = 解决工单前必须填写
why-no-field = { $template } 没有这个字段；它有：{ $known }
why-ticket-no-field = { $template } 没有这个字段
why-closed-reopen = { $ticket } 已关闭，只能重新打开（状态 open）
why-closed-for-good = { $ticket } 已关闭，请另建工单
why-new-again = 工单不能再变回“新建”，请用 open
why-fields-needed = 解决工单前还需要：{ $fields }
why-no-stages = 没有“{ $stage }”这个阶段
why-no-stage = 没有“{ $stage }”这个阶段；有：{ $known }
why-last-stage = 阶段 { $from } 之后不能是 { $to }
why-not-next = 阶段 { $from } 之后不能是 { $to }；接下来可以是：{ $allowed }
why-stage-means = 阶段 { $stage } 对应状态 { $means }，而不是 { $asked }
why-in-the-past = 时间已经过去，请给出将来的时间
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
