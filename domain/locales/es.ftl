# What customers read, in Spanish. What only agents read is English: every key of the catalogue that customers can read stands here.

## First words and last words

greeting-line = Hola, soy el asistente automático.
greeting =
    Hola, soy el asistente automático. Pregúnteme lo que quiera con sus propias palabras.
    Si prefiere hablar con una persona, solo tiene que decirlo.
greeting-again = Hola de nuevo. ¿En qué puedo ayudarle?
thanks-reply = No hay de qué. Escriba cuando necesite algo.
goodbye-reply = Adiós y que le vaya bien. Escriba cuando necesite algo.
acknowledged = De acuerdo. Escriba cuando necesite algo.
given-back = Vuelve a estar con el asistente automático. ¿En qué más puedo ayudarle?

## Answers

read-more = Más información: { $url }
answer-other-language = Por ahora solo lo tengo en { $article ->
    [en] inglés
    [zh] chino
    [de] alemán
    [fr] francés
    [es] español
    [pt] portugués
    [it] italiano
    [nl] neerlandés
    [pl] polaco
    [ru] ruso
    [tr] turco
    [ar] árabe
    [ja] japonés
    [ko] coreano
    [th] tailandés
    [vi] vietnamita
    [id] indonesio
    [hi] hindi
   *[other] otro idioma
 }:
answer-same = Eso está en el mismo artículo:
clarify = No estoy del todo seguro de lo que quiere decir. ¿Es alguno de estos?
clarify-again = Siento que no le haya servido. ¿Es alguno de estos?
article-gone = Ese artículo ya no está disponible. Vuelva a preguntar con sus propias palabras, por favor.
already-shown = Ya se lo he enviado; está un poco más arriba.
helped-reply = Me alegro de que le haya servido. ¿Está todo resuelto?
rate-again = Anotado, gracias.
button-helped = Me ha servido
button-did-not-help = No me ha servido
button-human = Hablar con una persona
button-none = Ninguno de estos

## Closing

solved-reply = Me alegro. Cierro esta conversación. Escriba cuando quiera y la retomamos.
not-solved-ask = ¿Qué queda pendiente? Dígamelo con sus palabras o hable con una persona.
conversation-closed = Hemos cerrado esta conversación. Si queda algo pendiente, escriba aquí y la retomamos.
button-solved = Sí, todo resuelto
button-not-solved = Todavía no
button-still-open = Queda algo pendiente

## Handing over and waiting

handoff-no-answer = No tengo una respuesta fiable para eso, así que le atenderá una persona.
handoff-asked = Le atenderá una persona.
handoff-not-solved = Siento que no esté resuelto. Le atenderá una persona.
handoff-refused = Siento que no le haya servido. Le atenderá una persona.
sorry-did-not-help = Siento que no le haya servido.
handoff-form-failed = Así no avanzamos. Le atenderá una persona.
handoff-nothing-lost = Podrá leer todo lo que ha escrito aquí, así que no hace falta que lo repita.
queue-position = { $position ->
    [one] Es su turno a continuación.
   *[other] Ocupa el puesto { $position } de la cola.
 }
queue-waiting = Está en la cola.
queue-wait-minutes = Tardará aproximadamente { $minutes ->
    [one] un minuto.
   *[other] { $minutes } minutos.
 }
queue-wait-hours = Tardará aproximadamente { $hours ->
    [one] una hora.
   *[other] { $hours } horas.
 }
with-person = Ya está hablando con una persona. Le responderá aquí.
closed-until = A esta hora no hay nadie. Volvemos { $time }.
closed = A esta hora no hay nadie.
closed-answer-then = Una persona le responderá aquí cuando volvamos.
button-leave-ticket = Prefiero dejar un ticket
button-keep-waiting = Seguir esperando

## Filing a ticket in the chat

form-out-of-hours = Para que no se pierda nada, voy a abrir un ticket a su nombre.
form-waited = Disculpe la espera: todavía no hay nadie libre. Puedo abrir un ticket a su nombre para que no tenga que quedarse aquí.
form-chosen = De acuerdo, voy a abrir un ticket a su nombre.
form-about = Va en la categoría «{ $title }».
form-template = ¿De qué se trata?
form-few-questions = { $count ->
    [one] Para ello necesito un dato más.
   *[other] Para ello necesito { $count } datos más.
 }
form-ask = ¿{ $label }?
form-pick-one = Elija una de las opciones, por favor.
form-needs-text = Responda con palabras, por favor.
form-needs-number = Eso no parece un número. Basta con cifras, como 12.
form-needs-money = Eso no parece un importe. Escríbalo así: 49.90 EUR.
form-needs-date = Eso no parece una fecha. Escríbala así: 2026-11-30.
form-needs-datetime = Eso no parece una fecha con hora. Escríbala así: 2026-11-30 14:00.
form-needs-email = Eso no parece una dirección de correo. Escríbala así: ana@example.org.
form-needs-phone = Eso no parece un número de teléfono. Escríbalo con el prefijo del país: +34 910 123 456.
form-needs-url = Eso no parece una dirección web. Escríbala así: https://example.org/pagina.
form-needs-order = Eso no parece un número de pedido. No lleva espacios, como 1001.
form-needs-yes-no = Responda sí o no, por favor.
form-not-accepted = Eso no puede ser correcto para «{ $label }». Compruébelo y escríbalo de nuevo, por favor.
form-cancelled = De acuerdo, sin ticket. Escriba cuando necesite algo.
form-keeps-waiting = De acuerdo, conserva su puesto.
button-cancel = Cancelar
button-yes = Sí
button-no = No
ticket-filed =
    Su solicitud es el ticket { $number }. Le responderemos aquí en cuanto alguien la haya revisado.
    Puede seguirla aquí: { $url }
ticket-filed-before =
    Su solicitud ya es el ticket { $number } y se está atendiendo.
    Puede seguirla aquí: { $url }
ticket-number-link =
    Su ticket: { $number }
    Puede seguirlo aquí: { $url }

## Tickets

tickets-none = No tiene tickets.
tickets-none-open = No tiene tickets abiertos.
tickets-head = { $count ->
    [one] Su ticket:
   *[other] Sus últimos { $count } tickets:
 }
tickets-colleagues = Tickets de sus compañeros:
ticket-line = { $number }, { $title }: { $status }
ticket-line-with = { $line }, en { $department }
ticket-line-merged = { $line } (con { $numbers })
ticket-merged =
    El ticket { $number } continúa como { $into }: ambos tratan de lo mismo.
    Siga su estado aquí: { $url }
ticket-merged-other =
    El ticket { $number } se atiende junto con otros que tratan de lo mismo. Le informaremos por aquí.
    Siga su estado aquí: { $url }
ticket-link = Puede seguirlo aquí: { $url }
ticket-which = ¿A qué ticket se refiere?
ticket-which-button = { $number }, { $title }
ticket-added = Añadido al ticket { $number }.
ticket-status-new = recibido
ticket-status-open = en curso
ticket-status-waiting-customer = a la espera de su respuesta
ticket-status-waiting-third-party = a la espera de un tercero
ticket-status-resolved = resuelto
ticket-status-closed = cerrado
ticket-next-new = Ahora alguien lo revisará y se pondrá en contacto con usted.
ticket-next-open = Alguien está trabajando en ello y se pondrá en contacto con usted.
ticket-next-waiting-customer = Tenemos una pregunta para usted. Seguiremos en cuanto responda.
ticket-next-waiting-third-party = Esperamos a un tercero y hacemos seguimiento por usted.
ticket-next-resolved = No hay nada más que hacer. Si al final no está resuelto, escriba aquí y lo retomamos.
ticket-next-closed = Este ticket está cerrado. Para cualquier otra cosa, escríbanos.
ticket-changed =
    El ticket { $number } está ahora { $status }.
    Puede seguirlo aquí: { $url }
ticket-moved =
    El ticket { $number } está ahora en { $department }.
    Puede seguirlo aquí: { $url }
ticket-resolved =
    El ticket { $number } está resuelto. Si queda algo pendiente, escriba aquí y lo retomamos.
    Puede verlo aquí: { $url }
ticket-closed =
    El ticket { $number } está cerrado.
    Puede verlo aquí: { $url }
ticket-card-owner = Lo atiende { $name }.
ticket-withdrawn = El ticket { $number } se abrió por error y no cuenta. Disculpe la confusión; seguimos aquí.

## Commands

help =
    Pregúnteme lo que quiera con sus propias palabras. También puede escribir:
    /human – hablar con una persona
    /status – en qué punto está su último ticket
    /tickets – todos sus tickets
    /language – cambiar el idioma
    /link – indicarnos que también escribe por otro canal
    /forget – borrar lo que guardamos sobre usted
    /help – esta lista
command-unknown = No conozco ese comando. Escriba /help para ver cuáles hay.
language-ask = ¿Qué idioma prefiere?
language-set = De acuerdo, a partir de ahora en español.
language-set-other = De acuerdo, a partir de ahora { $name }, siempre que lo tengamos. Mis propias palabras seguirán en inglés.
language-unknown = No conozco el idioma «{ $tag }». Elija uno de estos:
link-code =
    Su código es { $code }. En su otro canal, escriba: /link { $code }
    Sirve una sola vez, durante { $minutes } minutos. No se lo dé a nadie: quien lo tenga puede leer sus conversaciones de aquí.
link-done = Gracias, era el código de { $channel }. Sus conversaciones y tickets están ahora juntos; /tickets los muestra todos.
link-told = Sus conversaciones de aquí y de { $channel } están ahora juntas. Si no ha sido usted, avísenos aquí enseguida.
link-wrong = Este código no vale. Puede que esté mal escrito, ya usado o caducado. Escriba /link en su otro canal para recibir uno nuevo.
link-same = Este código es para su otro canal: escríbalo allí.
link-too-often = Han sido demasiados códigos incorrectos. Espere diez minutos y pida uno nuevo.
link-elsewhere = Solo doy un código donde nadie más pueda leerlo. Escríbame directamente, por favor.
forget-ask = Esto borra todo lo que guardamos sobre usted: nombre, direcciones, mensajes y archivos. No se puede deshacer. ¿Lo borro?
forget-done = Hemos borrado todo lo que guardábamos sobre usted. Si vuelve a escribir, empezamos de cero.
forget-kept = De acuerdo, no se borra nada.
button-forget = Sí, borrar todo
button-keep = No, conservarlo

## Buttons pressed late or twice

late-done = Eso ya está hecho.
late-over = Eso ya no se aplica. Escriba lo que necesite.

## Pages

page-ticket-title = Ticket { $number }
page-ticket-merged = Se atiende junto con otros tickets que tratan de lo mismo.
page-status = Estado
page-stage = Etapa
page-department = Lo tiene
page-department-none = todavía sin asignar
page-next = Qué sigue
page-expected = Previsto para
page-filed-at = Abierto
page-updated-at = Último cambio
page-details = Datos
page-history = Qué ha pasado
page-messages = Mensajes
page-author-you = Usted
page-author-bot = Asistente
page-author-team = Nuestro equipo
page-add-message = Añadir un mensaje
page-earlier = Mensajes anteriores
page-message-label = Su mensaje
page-send = Enviar
page-sent = Gracias, su mensaje ha llegado. Le responderemos por el canal desde el que escribió.
page-message-empty = Escriba algo primero, por favor.
page-message-too-long = Es demasiado largo. No pase de { $limit } caracteres, por favor.
page-too-many = Han sido muchos a la vez. Inténtelo de nuevo en un minuto, por favor.
page-link-invalid-title = Este enlace no funciona
page-link-invalid = El enlace está incompleto o ya no es válido. Escriba /status en el chat para recibir uno nuevo.
page-not-found-title = Aquí no hay nada
page-not-found = Esta página ya no existe o nunca existió.
page-error-title = Algo ha salido mal
page-error = Es culpa nuestra. Inténtelo de nuevo dentro de un momento, por favor.
page-files = Archivos (opcional)
page-files-hint = Como máximo { $most } archivos y { $megabytes } MB en total.
page-files-too-large = Es demasiado de una vez: como máximo { $most } archivos y { $megabytes } MB en total.
page-language = Idioma
page-latest = Volver a los mensajes más recientes
article-updated-at = Última actualización
article-only-in = Este artículo todavía no está disponible en su idioma.
article-other-versions = También disponible en
article-gone-page = Este artículo ya no está disponible.
article-parts = Partes de este artículo
article-part-before = Anterior
article-part-after = Seguir leyendo
page-owner = Quién lo atiende
page-rate = ¿Qué tal fue?
page-rate-comment = ¿Qué podría mejorar o qué estuvo bien? (opcional)
page-rate-of = { $value } de 5
page-rate-send = Enviar valoración
page-rated = Gracias por su valoración.
page-whole-message = Leer el mensaje completo

## Times

time-today = hoy a las { $time }
time-tomorrow = mañana a las { $time }
time-weekday = el { $day ->
    [mon] lunes
    [tue] martes
    [wed] miércoles
    [thu] jueves
    [fri] viernes
    [sat] sábado
   *[sun] domingo
 } a las { $time }
time-date = el { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
 } a las { $time }

## Other

timeline-filed = Ticket abierto
timeline-status = Estado: { $status }
timeline-department = Pasado a { $department }
timeline-message = Mensaje nuevo
timeline-resolved = Resuelto
timeline-reopened = Reabierto
erased-marker = [borrado]
unsupported = Todavía no puedo leer este tipo de mensaje. Escríbalo con palabras, por favor.
attachment-received = Gracias, lo he recibido. Dígame con palabras qué necesita, por favor.
attachment-not-stored = No se pudo guardar el archivo «{ $name }». Envíelo de nuevo, por favor.
deleted-marker = [eliminado]

## Asked by agents, and rated

form-asked = { $count ->
    [one] Para poder seguir, necesitamos un dato suyo.
   *[other] Para poder seguir, necesitamos { $count } datos suyos.
 }
form-asked-thanks = Gracias, es todo lo que necesitamos. Alguien de nuestro equipo continúa aquí.
form-asked-stopped = De acuerdo, seguimos sin ello. Alguien de nuestro equipo le responderá aquí.
rating-ask = ¿Qué tal le hemos atendido?
rating-thanks = Gracias por su valoración.
rating-thanks-comment = Gracias por su valoración. Si quiere añadir algo, escríbalo aquí.
rating-noted = Gracias, lo hemos anotado. Si queda algo pendiente, escriba aquí.

## The chat on a web page

chat-title = Chatee con nosotros
chat-greeting = ¡Hola! Escriba con sus propias palabras. Le responderemos aquí.
chat-launcher = Abrir el chat
chat-close = Cerrar el chat
chat-log = Mensajes
chat-older = Mensajes anteriores
chat-newest = Ir al mensaje más reciente
chat-today = Hoy
chat-open = Estamos disponibles
chat-closed = No estamos disponibles en este momento
chat-closed-until = Volvemos el { $time }
chat-typing = Se está escribiendo una respuesta
chat-author-me = Usted
chat-author-bot = Asistente
chat-author-agent = Atención al cliente
chat-author-system = Aviso
chat-deleted = Este mensaje se ha eliminado
chat-edited = editado
chat-sending = enviando…
chat-failed = no enviado
chat-retry = Reintentar
chat-seen = leído
chat-choices = Opciones
chat-unread-one = { $count } mensaje nuevo
chat-unread-other = { $count } mensajes nuevos
chat-article = Artículo
chat-read-article = el artículo completo
chat-see-ticket = Ver su ticket
chat-article-page = Abrir el artículo en su propia página
chat-back = Volver al chat
chat-write = Escriba un mensaje
chat-send = Enviar
chat-attach = Adjuntar archivos
chat-attach-limits = Hasta { $files } archivos de { $size } cada uno
chat-files = Archivos adjuntos
chat-file = Archivo
chat-uploading = subiendo…
chat-remove = Quitar { $name }
chat-drop = Suelte los archivos aquí
chat-too-many-one = Cada mensaje admite como máximo { $count } archivo.
chat-too-many-other = Cada mensaje admite como máximo { $count } archivos.
chat-too-large = { $name } ocupa más de { $size }.
chat-upload-failed = No se pudo enviar { $name }. Inténtelo de nuevo, por favor.
chat-away = Ahora mismo no hay nadie. Deje un mensaje y su dirección de correo, y nos pondremos en contacto con usted.
chat-name = Su nombre (opcional)
chat-email = Su dirección de correo
chat-email-needed = Indique una dirección de correo para la respuesta, por favor.
chat-email-wrong = Esta dirección de correo no parece correcta.
chat-offline = Sin conexión. Se reintentará automáticamente.
chat-too-fast = Ha ido un poco rápido. Espere un momento, por favor.
chat-refused = El chat no funciona en esta página.
chat-expired = Su sesión ha caducado. Vuelva a cargar la página, por favor.
chat-page-title = Chat
chat-page-script = El chat necesita JavaScript.

## The conversation as a file

transcript-customer = Cliente
transcript-attached = Aquí tiene nuestra conversación en un archivo.

invite-text = ¿Tiene alguna pregunta? Pulse el botón y escríbanos. Solo usted y nosotros podremos leerlo.
invite-button = Escríbanos

## A conversation of their own

contact-opened = Su conversación está aquí: { $place }
contact-open-already = Su conversación sigue aquí: { $place }
contact-failed = Algo ha fallado por nuestra parte. Vuelva a pulsar el botón dentro de un momento.
