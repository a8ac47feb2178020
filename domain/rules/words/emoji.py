"""Emoji by the short codes that chat programs write, such as `:wave:`."""

import unicodedata

SKIN_TONES = {f"skin-tone-{tone}": chr(0x1F3FB + tone - 2) for tone in range(2, 7)}

# Codes that do not follow from the character's Unicode name; those that do need no entry.
_TABLE = """
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅 joy 😂 rofl 🤣
rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊
innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘 kissing 😗 relaxed ☺️ yum 😋
stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 zany_face 🤪 money_mouth_face 🤑 hugging_face 🤗
hugs 🤗 thinking_face 🤔 thinking 🤔 zipper_mouth_face 🤐 neutral_face 😐 expressionless 😑
no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 roll_eyes 🙄 grimacing 😬 relieved 😌
pensive 😔 sleepy 😪 sleeping 😴 mask 😷 sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟
slightly_frowning_face 🙁 white_frowning_face ☹️ open_mouth 😮 hushed 😯 astonished 😲 flushed 😳
pleading_face 🥺 frowning 😦 anguished 😧 fearful 😨 cold_sweat 😰 disappointed_relieved 😥 cry 😢
sob 😭 scream 😱 confounded 😖 persevere 😣 disappointed 😞 sweat 😓 weary 😩 tired_face 😫
triumph 😤 rage 😡 angry 😠 exploding_head 🤯 partying_face 🥳 face_holding_back_tears 🥹
saluting_face 🫡 melting_face 🫠 skull 💀 poop 💩 hankey 💩 ghost 👻 wave 👋 raised_hand ✋ hand ✋
ok_hand 👌 pinched_fingers 🤌 v ✌️ crossed_fingers 🤞 i_love_you_hand_sign 🤟 the_horns 🤘
call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆 point_down 👇 point_up ☝️ +1 👍
thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 punch 👊 clap 👏 raised_hands 🙌 open_hands 👐
handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️ lips 👄 baby 👶 boy 👦 girl 👧
man 👨 woman 👩 family 👪 shrug 🤷 facepalm 🤦 face_palm 🤦 raising_hand 🙋 bow 🙇 heart ❤️
orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤
white_heart 🤍 broken_heart 💔 two_hearts 💕 sparkling_heart 💖 heartbeat 💓 heartpulse 💗
revolving_hearts 💞 heart_on_fire ❤️‍🔥 100 💯 boom 💥 collision 💥 dizzy 💫 sweat_drops 💦 dash 💨
zzz 💤 speech_balloon 💬 thought_balloon 💭 fire 🔥 sparkles ✨ star ⭐ star2 🌟 zap ⚡ tada 🎉
confetti_ball 🎊 balloon 🎈 birthday 🎂 cake 🍰 gift 🎁 trophy 🏆 medal 🏅 first_place_medal 🥇
sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ umbrella ☂️ snowflake ❄️ rainbow 🌈 ocean 🌊
full_moon 🌕 earth_americas 🌎 dog 🐶 cat 🐱 bear 🐻 horse 🐴 bird 🐦 bee 🐝 butterfly 🦋 rose 🌹
bouquet 💐 cherry_blossom 🌸 sunflower 🌻 evergreen_tree 🌲 christmas_tree 🎄 palm_tree 🌴 pizza 🍕
hamburger 🍔 taco 🌮 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾
clinking_glasses 🥂 house 🏠 house_with_garden 🏡 derelict_house_building 🏚️ houses 🏘️ office 🏢
hospital 🏥 bank 🏦 hotel 🏨 school 🏫 construction 🚧 key 🔑 old_key 🗝️ door 🚪 bed 🛏️
couch_and_lamp 🛋️ bathtub 🛁 car 🚗 red_car 🚗 truck 🚚 bus 🚌 taxi 🚕 bike 🚲 airplane ✈️ rocket 🚀
phone ☎️ telephone ☎️ iphone 📱 calling 📲 telephone_receiver 📞 computer 💻 desktop_computer 🖥️
email ✉️ envelope ✉️ e-mail 📧 incoming_envelope 📨 mailbox 📫 package 📦 memo 📝 pencil 📝
pencil2 ✏️ page_facing_up 📄 clipboard 📋 calendar 📆 date 📅 spiral_calendar_pad 🗓️ pushpin 📌
round_pushpin 📍 paperclip 📎 link 🔗 camera 📷 movie_camera 🎥 bulb 💡 mag 🔍 bell 🔔 no_bell 🔕
lock 🔒 unlock 🔓 hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️ gear ⚙️ scales ⚖️ moneybag 💰
dollar 💵 credit_card 💳 money_with_wings 💸 chart_with_upwards_trend 📈
chart_with_downwards_trend 📉 bar_chart 📊 stopwatch ⏱️ timer_clock ⏲️ clock3 🕒 hourglass ⌛
hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ white_check_mark ✅ heavy_check_mark ✔️
ballot_box_with_check ☑️ x ❌ o ⭕ no_entry ⛔ no_entry_sign 🚫 warning ⚠️ exclamation ❗
heavy_exclamation_mark ❗ question ❓ grey_question ❔ bangbang ‼️ recycle ♻️
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️
arrows_counterclockwise 🔄 new 🆕 free 🆓 ok 🆗 cool 🆒 sos 🆘 red_circle 🔴 large_green_circle 🟢
large_yellow_circle 🟡 large_blue_circle 🔵 checkered_flag 🏁 flag-us 🇺🇸 us 🇺🇸 flag-ca 🇨🇦 flag-mx 🇲🇽
musical_note 🎵 notes 🎶 headphones 🎧 soccer ⚽ basketball 🏀 football 🏈 baseball ⚾
video_game 🎮 dart 🎯 crown 👑 gem 💎 ring 💍 lipstick 💄 sneezing_face 🤧
face_with_thermometer 🤒 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 santa 🎅
jack_o_lantern 🎃 turkey 🦃 four_leaf_clover 🍀
"""
_WORDS = _TABLE.split()
_CODES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True)) | SKIN_TONES


def find(code: str) -> str | None:
    """The character for a standard code, None for one that nobody outside the chat knows."""
    return _CODES.get(code) or _by_name(code.replace("_", " ").replace("-", " "))


def _by_name(name: str) -> str | None:
    """A symbol by its Unicode name; `avocado` and hundreds like it are named after it."""
    try:
        char = unicodedata.lookup(name)
    except KeyError:
        return None
    return char if unicodedata.category(char) == "So" and ord(char) > 0x2300 else None
