# What customers read, in Portuguese. What only agents read is English: every key of the catalogue that customers can read stands here.

## First words and last words

greeting-line = Olá, aqui é o assistente automático.
greeting =
    Olá, aqui é o assistente automático. Pergunte o que quiser, com as suas próprias palavras.
    Se preferir falar com uma pessoa, é só dizer.
greeting-again = Olá de novo. Em que posso ajudar?
thanks-reply = Por nada. Escreva sempre que precisar de algo.
goodbye-reply = Até logo e tudo de bom. Escreva sempre que precisar de algo.
acknowledged = Tudo bem. Escreva sempre que precisar de algo.
given-back = Você está de novo com o assistente automático. Em que mais posso ajudar?

## Answers

read-more = Leia mais: { $url }
answer-other-language = Por enquanto, só tenho isso em { $article ->
    [en] inglês
    [zh] chinês
    [de] alemão
    [fr] francês
    [es] espanhol
    [pt] português
    [it] italiano
    [nl] holandês
    [pl] polonês
    [ru] russo
    [tr] turco
    [ar] árabe
    [ja] japonês
    [ko] coreano
    [th] tailandês
    [vi] vietnamita
    [id] indonésio
    [hi] hindi
   *[other] outro idioma
 }:
answer-same = Isso está no mesmo artigo:
clarify = Não tenho certeza do que você quer dizer. É um destes?
clarify-again = Sinto muito que isso não tenha ajudado. É um destes?
article-gone = Esse artigo não está mais disponível. Pergunte de novo com as suas próprias palavras, por favor.
already-shown = Esse eu já enviei; está um pouco mais acima.
helped-reply = Que bom que ajudou. Está tudo resolvido?
rate-again = Anotado, obrigado.
button-helped = Isso ajudou
button-did-not-help = Isso não ajudou
button-human = Falar com uma pessoa
button-none = Nenhum destes

## Closing

solved-reply = Que bom. Vou encerrar esta conversa. Escreva quando quiser e ela continua.
not-solved-ask = O que ainda falta? Diga com as suas palavras ou fale com uma pessoa.
conversation-closed = Encerramos esta conversa. Se ainda faltar algo, escreva aqui e ela continua.
button-solved = Sim, tudo resolvido
button-not-solved = Ainda não
button-still-open = Ainda falta algo

## Handing over and waiting

handoff-no-answer = Não tenho uma resposta confiável para isso, então uma pessoa vai assumir.
handoff-asked = Uma pessoa vai assumir.
handoff-not-solved = Sinto muito que não esteja resolvido. Uma pessoa vai assumir.
handoff-refused = Sinto muito que isso não tenha ajudado. Uma pessoa vai assumir.
sorry-did-not-help = Sinto muito que isso não tenha ajudado.
handoff-form-failed = Assim não avançamos. Uma pessoa vai assumir.
handoff-nothing-lost = Ela poderá ler tudo o que você escreveu aqui, então não é preciso repetir nada.
queue-position = { $position ->
    [1] Você é o próximo da fila.
   *[other] Você está na posição { $position } da fila.
 }
queue-waiting = Você está na fila.
queue-wait-minutes = Deve levar cerca de { $minutes ->
    [1] um minuto.
   *[other] { $minutes } minutos.
 }
queue-wait-hours = Deve levar cerca de { $hours ->
    [1] uma hora.
   *[other] { $hours } horas.
 }
with-person = Você já está falando com uma pessoa. A resposta virá por aqui.
closed-until = Não há ninguém a esta hora. Voltamos { $time }.
closed = Não há ninguém a esta hora.
closed-answer-then = Uma pessoa responderá aqui assim que voltarmos.
button-leave-ticket = Prefiro abrir um ticket
button-keep-waiting = Continuar esperando

## Filing a ticket in the chat

form-out-of-hours = Para que nada se perca, vou abrir um ticket para você.
form-waited = Desculpe a espera: ainda não há ninguém livre. Posso abrir um ticket para você, assim não precisa ficar aqui.
form-chosen = Tudo bem, vou abrir um ticket para você.
form-about = Ele fica em “{ $title }”.
form-template = Do que se trata?
form-few-questions = { $count ->
    [1] Para isso preciso de mais uma informação.
   *[other] Para isso preciso de mais { $count } informações.
 }
form-ask = { $label }?
form-pick-one = Escolha uma das opções, por favor.
form-needs-text = Responda com palavras, por favor.
form-needs-number = Isso não parece um número. Bastam algarismos, como 12.
form-needs-money = Isso não parece um valor. Escreva assim: 49.90 EUR.
form-needs-date = Isso não parece uma data. Escreva assim: 2026-11-30.
form-needs-datetime = Isso não parece uma data com hora. Escreva assim: 2026-11-30 14:00.
form-needs-email = Isso não parece um endereço de e-mail. Escreva assim: ana@example.org.
form-needs-phone = Isso não parece um número de telefone. Escreva com o código do país: +55 11 91234-5678.
form-needs-url = Isso não parece um endereço da web. Escreva assim: https://example.org/pagina.
form-needs-order = Isso não parece um número de pedido. Ele não tem espaços, como 1001.
form-needs-yes-no = Responda sim ou não, por favor.
form-not-accepted = Isso não pode estar certo para “{ $label }”. Confira e escreva de novo, por favor.
form-cancelled = Tudo bem, sem ticket. Escreva sempre que precisar de algo.
form-keeps-waiting = Tudo bem, você mantém o seu lugar.
button-cancel = Cancelar
button-yes = Sim
button-no = Não
ticket-filed =
    Sua solicitação é o ticket { $number }. Respondemos aqui assim que alguém a analisar.
    Acompanhe aqui: { $url }
ticket-filed-before =
    Sua solicitação já é o ticket { $number } e está sendo atendida.
    Acompanhe aqui: { $url }
ticket-number-link =
    Seu ticket: { $number }
    Acompanhe aqui: { $url }

## Tickets

tickets-none = Você não tem tickets.
tickets-none-open = Você não tem tickets abertos.
tickets-head = { $count ->
    [1] Seu ticket:
   *[other] Seus últimos { $count } tickets:
 }
tickets-colleagues = Tickets dos seus colegas:
ticket-line = { $number }, { $title }: { $status }
ticket-line-with = { $line }, com { $department }
ticket-line-merged = { $line } (com { $numbers })
ticket-merged =
    O ticket { $number } continua como { $into }: ambos tratam do mesmo assunto.
    Acompanhe aqui: { $url }
ticket-merged-other =
    O ticket { $number } é tratado junto com outros sobre o mesmo assunto. Avisaremos por aqui.
    Acompanhe aqui: { $url }
ticket-link = Acompanhe aqui: { $url }
ticket-which = De qual ticket se trata?
ticket-which-button = { $number }, { $title }
ticket-added = Adicionado ao ticket { $number }.
ticket-status-new = recebido
ticket-status-open = em andamento
ticket-status-waiting-customer = aguardando a sua resposta
ticket-status-waiting-third-party = aguardando um terceiro
ticket-status-resolved = resolvido
ticket-status-closed = encerrado
ticket-next-new = Agora alguém vai analisar e entrar em contato com você.
ticket-next-open = Alguém está cuidando disso e vai entrar em contato com você.
ticket-next-waiting-customer = Temos uma pergunta para você. Continuamos assim que responder.
ticket-next-waiting-third-party = Estamos aguardando um terceiro e acompanhando para você.
ticket-next-resolved = Não há mais nada a fazer. Se afinal não estiver resolvido, escreva aqui e continuamos.
ticket-next-closed = Este ticket está encerrado. Para qualquer outra coisa, escreva para nós.
ticket-changed =
    O ticket { $number } agora está { $status }.
    Acompanhe aqui: { $url }
ticket-moved =
    O ticket { $number } agora está com { $department }.
    Acompanhe aqui: { $url }
ticket-resolved =
    O ticket { $number } está resolvido. Se ainda faltar algo, escreva aqui e continuamos.
    Veja aqui: { $url }
ticket-closed =
    O ticket { $number } está encerrado.
    Veja aqui: { $url }
ticket-card-owner = { $name } está cuidando disso.
ticket-withdrawn = O ticket { $number } foi aberto por engano e não vale. Desculpe a confusão; continuamos aqui.

## Commands

help =
    Pergunte o que quiser, com as suas próprias palavras. Você também pode digitar:
    /human – falar com uma pessoa
    /status – como está o seu último ticket
    /tickets – todos os seus tickets
    /language – mudar o idioma
    /link – avisar que você também escreve por outro canal
    /forget – apagar o que guardamos sobre você
    /help – esta lista
command-unknown = Não conheço esse comando. Digite /help para ver quais existem.
language-ask = Qual idioma você prefere?
language-set = Tudo bem, de agora em diante em português.
language-set-other = Tudo bem, de agora em diante { $name }, sempre que tivermos. As minhas próprias palavras continuam em inglês.
language-unknown = Não conheço o idioma “{ $tag }”. Escolha um destes:
link-code =
    O seu código é { $code }. No seu outro canal, escreva: /link { $code }
    Ele vale uma única vez, por { $minutes } minutos. Não o dê a ninguém: quem o tiver pode ler as suas conversas daqui.
link-done = Obrigado, era o código de { $channel }. As suas conversas e tickets agora estão juntos; /tickets mostra todos.
link-told = As suas conversas daqui e de { $channel } agora estão juntas. Se não foi você, avise-nos aqui imediatamente.
link-wrong = Este código não vale. Pode estar digitado errado, já usado ou vencido. Escreva /link no seu outro canal para receber um novo.
link-same = Este código é para o seu outro canal: escreva-o lá.
link-too-often = Foram códigos errados demais. Espere dez minutos e peça um novo.
link-elsewhere = Só dou um código onde ninguém mais possa ler. Por favor, escreva diretamente para mim.
forget-ask = Isso apaga tudo o que guardamos sobre você: nome, endereços, mensagens e arquivos. Não pode ser desfeito. Devo apagar?
forget-done = Tudo o que guardávamos sobre você foi apagado. Se escrever de novo, começamos do zero.
forget-kept = Tudo bem, nada será apagado.
button-forget = Sim, apagar tudo
button-keep = Não, manter

## Buttons pressed late or twice

late-done = Isso já foi feito.
late-over = Isso não vale mais. Escreva o que você precisa.

## Pages

page-ticket-title = Ticket { $number }
page-ticket-merged = É tratado junto com outros tickets sobre o mesmo assunto.
page-status = Situação
page-stage = Etapa
page-department = Está com
page-department-none = ainda não atribuído
page-next = O que vem agora
page-expected = Previsto para
page-filed-at = Aberto
page-updated-at = Última alteração
page-details = Detalhes
page-history = O que aconteceu
page-messages = Mensagens
page-author-you = Você
page-author-bot = Assistente
page-author-team = Nossa equipe
page-add-message = Adicionar uma mensagem
page-earlier = Mensagens anteriores
page-message-label = Sua mensagem
page-send = Enviar
page-sent = Obrigado, sua mensagem chegou. Respondemos pelo canal de onde você escreveu.
page-message-empty = Escreva algo primeiro, por favor.
page-message-too-long = Está longo demais. Use menos de { $limit } caracteres, por favor.
page-too-many = Foi muita coisa de uma vez. Tente de novo em um minuto, por favor.
page-link-invalid-title = Este link não funciona
page-link-invalid = O link está incompleto ou não vale mais. Digite /status no chat para receber um novo.
page-not-found-title = Não há nada aqui
page-not-found = Esta página não existe mais ou nunca existiu.
page-error-title = Algo deu errado
page-error = A culpa é nossa. Tente de novo daqui a pouco, por favor.
page-files = Arquivos (opcional)
page-files-hint = No máximo { $most } arquivos e { $megabytes } MB no total.
page-files-too-large = É demais de uma vez: no máximo { $most } arquivos e { $megabytes } MB no total.
page-language = Idioma
page-latest = Voltar às mensagens mais recentes
article-updated-at = Última atualização
article-only-in = Este artigo ainda não está disponível no seu idioma.
article-other-versions = Também disponível em
article-gone-page = Este artigo não está mais disponível.
article-parts = Partes deste artigo
article-part-before = Anterior
article-part-after = Continuar lendo
page-owner = Quem está cuidando
page-rate = Como foi?
page-rate-comment = O que poderia melhorar ou o que foi bom? (opcional)
page-rate-of = { $value } de 5
page-rate-send = Enviar avaliação
page-rated = Obrigado pela sua avaliação.
page-whole-message = Ler a mensagem completa

## Times

time-today = hoje às { $time }
time-tomorrow = amanhã às { $time }
time-weekday = { $day ->
    [mon] na segunda-feira
    [tue] na terça-feira
    [wed] na quarta-feira
    [thu] na quinta-feira
    [fri] na sexta-feira
    [sat] no sábado
   *[sun] no domingo
 } às { $time }
time-date = em { $day } de { $month ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
 } às { $time }

## Other

timeline-filed = Ticket aberto
timeline-status = Situação: { $status }
timeline-department = Encaminhado para { $department }
timeline-message = Nova mensagem
timeline-resolved = Resolvido
timeline-reopened = Reaberto
erased-marker = [apagado]
unsupported = Ainda não consigo ler esse tipo de mensagem. Escreva com palavras, por favor.
attachment-received = Obrigado, recebi. Diga com palavras do que você precisa, por favor.
attachment-not-stored = O arquivo “{ $name }” não pôde ser salvo. Envie de novo, por favor.
deleted-marker = [excluído]

## Asked by agents, and rated

form-asked = { $count ->
    [1] Para continuar, precisamos de uma informação sua.
   *[other] Para continuar, precisamos de { $count } informações suas.
 }
form-asked-thanks = Obrigado, é tudo de que precisamos. Alguém da nossa equipe continua aqui.
form-asked-stopped = Tudo bem, continuamos sem isso. Alguém da nossa equipe responderá aqui.
rating-ask = Como foi o nosso atendimento?
rating-thanks = Obrigado pela avaliação.
rating-thanks-comment = Obrigado pela avaliação. Se quiser acrescentar algo, escreva aqui.
rating-noted = Obrigado, anotamos. Se ainda faltar algo, escreva aqui.

## The chat on a web page

chat-title = Converse conosco
chat-greeting = Olá! Escreva com as suas próprias palavras. Responderemos aqui.
chat-launcher = Abrir o chat
chat-close = Fechar o chat
chat-log = Mensagens
chat-older = Mensagens anteriores
chat-newest = Ir para a mensagem mais recente
chat-today = Hoje
chat-open = Estamos disponíveis
chat-closed = Não estamos disponíveis no momento
chat-closed-until = Voltamos { $time }
chat-typing = Uma resposta está sendo escrita
chat-author-me = Você
chat-author-bot = Assistente
chat-author-agent = Atendimento
chat-author-system = Aviso
chat-deleted = Esta mensagem foi excluída
chat-edited = editada
chat-sending = enviando…
chat-failed = não enviada
chat-retry = Tentar de novo
chat-seen = lida
chat-choices = Opções
chat-unread-one = { $count } nova mensagem
chat-unread-other = { $count } novas mensagens
chat-article = Artigo
chat-read-article = o artigo completo
chat-see-ticket = Ver seu ticket
chat-article-page = Abrir o artigo em uma página própria
chat-back = Voltar ao chat
chat-write = Escreva uma mensagem
chat-send = Enviar
chat-attach = Anexar arquivos
chat-attach-limits = Até { $files } arquivos de { $size } cada
chat-files = Arquivos anexados
chat-file = Arquivo
chat-uploading = enviando…
chat-remove = Remover { $name }
chat-drop = Solte os arquivos aqui
chat-too-many-one = Cada mensagem aceita no máximo { $count } arquivo.
chat-too-many-other = Cada mensagem aceita no máximo { $count } arquivos.
chat-too-large = { $name } é maior que { $size }.
chat-upload-failed = Não foi possível enviar { $name }. Tente de novo, por favor.
chat-away = Não há ninguém no momento. Deixe uma mensagem e o seu e-mail, e entraremos em contato com você.
chat-name = Seu nome (opcional)
chat-email = Seu e-mail
chat-email-needed = Informe um e-mail para a resposta, por favor.
chat-email-wrong = Este endereço de e-mail não parece correto.
chat-offline = Sem conexão. Uma nova tentativa será feita automaticamente.
chat-too-fast = Foi um pouco rápido demais. Aguarde um momento, por favor.
chat-refused = O chat não funciona nesta página.
chat-expired = Sua sessão expirou. Recarregue a página, por favor.
chat-page-title = Chat
chat-page-script = O chat precisa de JavaScript.

## The conversation as a file

transcript-customer = Cliente
transcript-attached = Aqui está a nossa conversa em um arquivo.

invite-text = Tem alguma pergunta? Carregue no botão e escreva-nos. Só você e nós podemos ler.
invite-button = Escreva-nos

## A conversation of their own

contact-opened = A sua conversa está aqui: { $place }
contact-open-already = A sua conversa continua aqui: { $place }
contact-failed = Algo correu mal do nosso lado. Carregue no botão outra vez daqui a pouco.
