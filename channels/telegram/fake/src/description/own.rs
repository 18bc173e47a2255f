//! The methods that the fake plays, after the public documentation: <https://core.telegram.org/bots/api>.

/// A line for each method: its name and its parameters with their kinds; `!` marks what it cannot do without.
pub(super) const METHODS: &str = "
getMe
getUpdates offset:Integer limit:Integer timeout:Integer allowed_updates:JSON
setWebhook url!:String certificate:file ip_address:String max_connections:Integer allowed_updates:JSON drop_pending_updates:Boolean secret_token:String
deleteWebhook drop_pending_updates:Boolean
getWebhookInfo
sendMessage chat_id!:id message_thread_id:Integer text!:String parse_mode:String entities:JSON link_preview_options:JSON disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendPhoto chat_id!:id message_thread_id:Integer photo!:file caption:String parse_mode:String caption_entities:JSON show_caption_above_media:Boolean has_spoiler:Boolean disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendDocument chat_id!:id message_thread_id:Integer document!:file thumbnail:file caption:String parse_mode:String caption_entities:JSON disable_content_type_detection:Boolean disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendVoice chat_id!:id message_thread_id:Integer voice!:file caption:String parse_mode:String caption_entities:JSON duration:Integer disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendVideo chat_id!:id message_thread_id:Integer video!:file duration:Integer width:Integer height:Integer thumbnail:file cover:file start_timestamp:Integer caption:String parse_mode:String caption_entities:JSON show_caption_above_media:Boolean has_spoiler:Boolean supports_streaming:Boolean disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendAudio chat_id!:id message_thread_id:Integer audio!:file caption:String parse_mode:String caption_entities:JSON duration:Integer performer:String title:String thumbnail:file disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendAnimation chat_id!:id message_thread_id:Integer animation!:file duration:Integer width:Integer height:Integer thumbnail:file caption:String parse_mode:String caption_entities:JSON show_caption_above_media:Boolean has_spoiler:Boolean disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendVideoNote chat_id!:id message_thread_id:Integer video_note!:file duration:Integer length:Integer thumbnail:file disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendSticker chat_id!:id message_thread_id:Integer sticker!:file emoji:String disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendLocation chat_id!:id message_thread_id:Integer latitude!:Float longitude!:Float horizontal_accuracy:Float live_period:Integer heading:Integer proximity_alert_radius:Integer disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendVenue chat_id!:id message_thread_id:Integer latitude!:Float longitude!:Float title!:String address!:String foursquare_id:String foursquare_type:String google_place_id:String google_place_type:String disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendContact chat_id!:id message_thread_id:Integer phone_number!:String first_name!:String last_name:String vcard:String disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
sendMediaGroup chat_id!:id message_thread_id:Integer media!:JSON disable_notification:Boolean protect_content:Boolean reply_parameters:JSON
editMessageText chat_id:id message_id:Integer inline_message_id:String text!:String parse_mode:String entities:JSON link_preview_options:JSON reply_markup:JSON
editMessageCaption chat_id:id message_id:Integer inline_message_id:String caption:String parse_mode:String caption_entities:JSON show_caption_above_media:Boolean reply_markup:JSON
editMessageReplyMarkup chat_id:id message_id:Integer inline_message_id:String reply_markup:JSON
editMessageMedia chat_id:id message_id:Integer inline_message_id:String media!:JSON reply_markup:JSON
deleteMessage chat_id!:id message_id!:Integer
deleteMessages chat_id!:id message_ids!:JSON
copyMessage chat_id!:id message_thread_id:Integer from_chat_id!:id message_id!:Integer video_start_timestamp:Integer caption:String parse_mode:String caption_entities:JSON show_caption_above_media:Boolean disable_notification:Boolean protect_content:Boolean reply_parameters:JSON reply_markup:JSON
forwardMessage chat_id!:id message_thread_id:Integer from_chat_id!:id video_start_timestamp:Integer disable_notification:Boolean protect_content:Boolean message_id!:Integer
pinChatMessage chat_id!:id message_id!:Integer disable_notification:Boolean
unpinChatMessage chat_id!:id message_id:Integer
unpinAllChatMessages chat_id!:id
unpinAllForumTopicMessages chat_id!:id message_thread_id!:Integer
setMessageReaction chat_id!:id message_id!:Integer reaction:JSON is_big:Boolean
sendChatAction chat_id!:id message_thread_id:Integer action!:String
answerCallbackQuery callback_query_id!:String text:String show_alert:Boolean url:String cache_time:Integer
getFile file_id!:String
createForumTopic chat_id!:id name!:String icon_color:Integer icon_custom_emoji_id:String
editForumTopic chat_id!:id message_thread_id!:Integer name:String icon_custom_emoji_id:String
closeForumTopic chat_id!:id message_thread_id!:Integer
reopenForumTopic chat_id!:id message_thread_id!:Integer
deleteForumTopic chat_id!:id message_thread_id!:Integer
getForumTopicIconStickers
getChat chat_id!:id
getChatMember chat_id!:id user_id!:Integer
getChatAdministrators chat_id!:id
getChatMemberCount chat_id!:id
setMyCommands commands!:JSON scope:JSON language_code:String
getMyCommands scope:JSON language_code:String
deleteMyCommands scope:JSON language_code:String
setMyDescription description:String language_code:String
setMyShortDescription short_description:String language_code:String
setMyName name:String language_code:String
getMyName language_code:String
";
