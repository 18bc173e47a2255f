# What customers read, in French. What only agents read is English: every key of the catalogue that customers can read stands here.

## First words and last words

greeting-line = Bonjour, je suis l'assistant automatique.
greeting =
    Bonjour, je suis l'assistant automatique. Posez-moi votre question avec vos propres mots.
    Si vous préférez parler à une personne, dites-le simplement.
greeting-again = Re-bonjour. Que puis-je faire pour vous ?
thanks-reply = Je vous en prie. Écrivez quand vous avez besoin de quelque chose.
goodbye-reply = Au revoir et bonne continuation. Écrivez quand vous avez besoin de quelque chose.
acknowledged = Très bien. Écrivez quand vous avez besoin de quelque chose.
given-back = Vous êtes de nouveau avec l'assistant automatique. Que puis-je faire d'autre pour vous ?

## Answers

read-more = En savoir plus : { $url }
answer-other-language = Pour l'instant, je n'ai cela qu'en { $article ->
    [en] anglais
    [zh] chinois
    [de] allemand
    [fr] français
    [es] espagnol
    [pt] portugais
    [it] italien
    [nl] néerlandais
    [pl] polonais
    [ru] russe
    [tr] turc
    [ar] arabe
    [ja] japonais
    [ko] coréen
    [th] thaï
    [vi] vietnamien
    [id] indonésien
    [hi] hindi
   *[other] une autre langue
 } :
answer-same = C'est dans le même article :
clarify = Je ne suis pas tout à fait sûr de comprendre. Est-ce l'un de ceux-ci ?
clarify-again = Désolé que cela n'ait pas aidé. Est-ce l'un de ceux-ci ?
article-gone = Cet article n'est plus disponible. Reposez votre question avec vos propres mots, s'il vous plaît.
already-shown = Je vous l'ai déjà envoyé ; il se trouve un peu plus haut.
helped-reply = Content que cela ait aidé. Tout est réglé ?
rate-again = C'est noté, merci.
button-helped = Cela m'a aidé
button-did-not-help = Cela ne m'a pas aidé
button-human = Parler à une personne
button-none = Aucun de ceux-ci

## Closing

solved-reply = Parfait. Je clos cette conversation. Écrivez quand vous voulez et elle reprend.
not-solved-ask = Que reste-t-il à régler ? Dites-le-moi avec vos mots, ou parlez à une personne.
conversation-closed = Nous avons clos cette conversation. S'il reste quelque chose à régler, écrivez ici et elle reprend.
button-solved = Oui, tout est réglé
button-not-solved = Pas encore
button-still-open = Il reste quelque chose à régler

## Handing over and waiting

handoff-no-answer = Je n'ai pas de réponse fiable à cela, une personne va donc prendre le relais.
handoff-asked = Une personne va prendre le relais.
handoff-not-solved = Désolé que ce ne soit pas réglé. Une personne va prendre le relais.
handoff-refused = Désolé que cela n'ait pas aidé. Une personne va prendre le relais.
sorry-did-not-help = Désolé que cela n'ait pas aidé.
handoff-form-failed = Nous n'avançons pas ainsi. Une personne va prendre le relais.
handoff-nothing-lost = Elle pourra lire tout ce que vous avez écrit ici, inutile de vous répéter.
queue-position = { $position ->
    [1] Vous êtes le prochain dans la file.
   *[other] Vous êtes en position { $position } dans la file.
 }
queue-waiting = Vous êtes dans la file.
queue-wait-minutes = Cela devrait prendre environ { $minutes ->
    [1] une minute.
   *[other] { $minutes } minutes.
 }
queue-wait-hours = Cela devrait prendre environ { $hours ->
    [1] une heure.
   *[other] { $hours } heures.
 }
with-person = Vous parlez déjà à une personne. Elle vous répondra ici.
closed-until = Il n'y a personne à cette heure-ci. Nous serons de retour { $time }.
closed = Il n'y a personne à cette heure-ci.
closed-answer-then = Une personne vous répondra ici dès notre retour.
button-leave-ticket = Plutôt laisser un ticket
button-keep-waiting = Continuer d'attendre

## Filing a ticket in the chat

form-out-of-hours = Pour que rien ne se perde, je vais ouvrir un ticket pour vous.
form-waited = Désolé pour l'attente : personne n'est encore libre. Je peux ouvrir un ticket pour vous, ainsi vous n'aurez pas à rester ici.
form-chosen = Très bien, j'ouvre un ticket pour vous.
form-about = Il est classé sous « { $title } ».
form-template = De quoi s'agit-il ?
form-few-questions = { $count ->
    [1] Il me faut encore une information.
   *[other] Il me faut encore { $count } informations.
 }
form-ask = { $label } ?
form-pick-one = Choisissez l'une des options, s'il vous plaît.
form-needs-text = Répondez avec des mots, s'il vous plaît.
form-needs-number = Cela ne ressemble pas à un nombre. Des chiffres suffisent, comme 12.
form-needs-money = Cela ne ressemble pas à un montant. Écrivez-le ainsi : 49.90 EUR.
form-needs-date = Cela ne ressemble pas à une date. Écrivez-la ainsi : 2026-11-30.
form-needs-datetime = Cela ne ressemble pas à une date avec une heure. Écrivez-la ainsi : 2026-11-30 14:00.
form-needs-email = Cela ne ressemble pas à une adresse e-mail. Écrivez-la ainsi : anne@example.org.
form-needs-phone = Cela ne ressemble pas à un numéro de téléphone. Écrivez-le avec l'indicatif du pays : +33 1 23 45 67 89.
form-needs-url = Cela ne ressemble pas à une adresse web. Écrivez-la ainsi : https://example.org/page.
form-needs-order = Cela ne ressemble pas à un numéro de commande. Il n'a pas d'espaces, comme 1001.
form-needs-yes-no = Répondez par oui ou par non, s'il vous plaît.
form-not-accepted = Cela ne peut pas être juste pour « { $label } ». Vérifiez et écrivez-le de nouveau, s'il vous plaît.
form-cancelled = Très bien, pas de ticket. Écrivez quand vous avez besoin de quelque chose.
form-keeps-waiting = Très bien, vous gardez votre place.
button-cancel = Annuler
button-yes = Oui
button-no = Non
ticket-filed =
    Votre demande est le ticket { $number }. Nous répondons ici dès que quelqu'un l'a examinée.
    Pour la suivre : { $url }
ticket-filed-before =
    Votre demande est déjà le ticket { $number } et nous nous en occupons.
    Pour la suivre : { $url }
ticket-number-link =
    Votre ticket : { $number }
    Pour le suivre : { $url }

## Tickets

tickets-none = Vous n'avez aucun ticket.
tickets-none-open = Vous n'avez aucun ticket ouvert.
tickets-head = { $count ->
    [1] Votre ticket :
   *[other] Vos { $count } derniers tickets :
 }
tickets-colleagues = Tickets de vos collègues :
ticket-line = { $number }, { $title } : { $status }
ticket-line-with = { $line }, chez { $department }
ticket-line-merged = { $line } (avec { $numbers })
ticket-merged =
    Le ticket { $number } continue sous le numéro { $into } : les deux concernent la même chose.
    Suivez-le ici : { $url }
ticket-merged-other =
    Le ticket { $number } est traité avec d’autres qui concernent la même chose. Nous vous répondrons ici.
    Suivez-le ici : { $url }
ticket-link = Pour le suivre : { $url }
ticket-which = De quel ticket s'agit-il ?
ticket-which-button = { $number }, { $title }
ticket-added = Ajouté au ticket { $number }.
ticket-status-new = reçu
ticket-status-open = en cours de traitement
ticket-status-waiting-customer = en attente de votre réponse
ticket-status-waiting-third-party = en attente d'un tiers
ticket-status-resolved = résolu
ticket-status-closed = clos
ticket-next-new = Quelqu'un va l'examiner et revient vers vous.
ticket-next-open = Quelqu'un y travaille et revient vers vous.
ticket-next-waiting-customer = Nous avons une question pour vous. Cela continue dès que vous répondez.
ticket-next-waiting-third-party = Nous attendons un tiers et le relançons pour vous.
ticket-next-resolved = Il n'y a plus rien à faire. Si ce n'est finalement pas résolu, écrivez ici et cela reprend.
ticket-next-closed = Ce ticket est clos. Pour toute autre demande, écrivez-nous.
ticket-changed =
    Le ticket { $number } est maintenant { $status }.
    Pour le suivre : { $url }
ticket-moved =
    Le ticket { $number } est maintenant chez { $department }.
    Pour le suivre : { $url }
ticket-resolved =
    Le ticket { $number } est résolu. S'il reste quelque chose à régler, écrivez ici et cela reprend.
    Pour le voir : { $url }
ticket-closed =
    Le ticket { $number } est clos.
    Pour le voir : { $url }
ticket-card-owner = { $name } s'en occupe.
ticket-withdrawn = Le ticket { $number } a été ouvert par erreur et ne compte pas. Désolé pour la confusion ; nous continuons ici.

## Commands

help =
    Posez-moi votre question avec vos propres mots. Vous pouvez aussi écrire :
    /human – parler à une personne
    /status – où en est votre dernier ticket
    /tickets – tous vos tickets
    /language – changer de langue
    /link – nous dire que vous écrivez aussi sur un autre canal
    /forget – effacer ce que nous gardons sur vous
    /help – cette liste
command-unknown = Je ne connais pas cette commande. Écrivez /help pour voir lesquelles existent.
language-ask = Quelle langue préférez-vous ?
language-set = Très bien, en français à partir de maintenant.
language-set-other = Très bien, { $name } à partir de maintenant, partout où nous l'avons. Mes propres mots restent en anglais.
language-unknown = Je ne connais pas la langue « { $tag } ». Choisissez-en une :
link-code =
    Votre code est { $code }. Sur votre autre canal, écrivez : /link { $code }
    Il sert une seule fois, pendant { $minutes } minutes. Ne le donnez à personne : qui l'a peut lire vos conversations ici.
link-done = Merci, c'était le code de { $channel }. Vos conversations et vos tickets sont désormais réunis ; /tickets les montre tous.
link-told = Vos conversations ici et sur { $channel } sont désormais réunies. Si ce n'était pas vous, dites-le-nous ici tout de suite.
link-wrong = Ce code n'est pas valable. Il est peut-être mal saisi, déjà utilisé ou trop ancien. Écrivez /link sur votre autre canal pour en recevoir un nouveau.
link-same = Ce code est pour votre autre canal : écrivez-le là-bas.
link-too-often = Trop de codes erronés. Veuillez attendre dix minutes et en demander un nouveau.
link-elsewhere = Je ne donne un code que là où personne d'autre ne lit. Écrivez-moi directement, s'il vous plaît.
forget-ask = Cela efface tout ce que nous gardons sur vous : nom, adresses, messages et fichiers. C'est irréversible. Dois-je l'effacer ?
forget-done = Tout ce que nous gardions sur vous est effacé. Si vous écrivez de nouveau, nous repartons de zéro.
forget-kept = Très bien, rien n'est effacé.
button-forget = Oui, tout effacer
button-keep = Non, conserver

## Buttons pressed late or twice

late-done = C'est déjà fait.
late-over = Cela ne s'applique plus. Écrivez ce dont vous avez besoin.

## Pages

page-ticket-title = Ticket { $number }
page-ticket-merged = Cette demande est traitée avec d’autres qui concernent la même chose.
page-status = État
page-stage = Étape
page-department = Chez
page-department-none = pas encore attribué
page-next = La suite
page-expected = Prévu pour
page-filed-at = Ouvert
page-updated-at = Dernier changement
page-details = Détails
page-history = Ce qui s'est passé
page-messages = Messages
page-author-you = Vous
page-author-bot = Assistant
page-author-team = Notre équipe
page-add-message = Ajouter un message
page-earlier = Messages précédents
page-message-label = Votre message
page-send = Envoyer
page-sent = Merci, votre message est arrivé. Nous répondons là d'où vous avez écrit.
page-message-empty = Écrivez d'abord quelque chose, s'il vous plaît.
page-message-too-long = C'est trop long. Restez sous { $limit } caractères, s'il vous plaît.
page-too-many = C'était beaucoup d'un coup. Réessayez dans une minute, s'il vous plaît.
page-link-invalid-title = Ce lien ne fonctionne pas
page-link-invalid = Le lien est incomplet ou n'est plus valable. Écrivez /status dans la discussion pour en recevoir un nouveau.
page-not-found-title = Il n'y a rien ici
page-not-found = Cette page n'existe plus ou n'a jamais existé.
page-error-title = Un problème est survenu
page-error = C'est de notre faute. Réessayez dans un instant, s'il vous plaît.
page-files = Fichiers (facultatif)
page-files-hint = Au plus { $most } fichiers et { $megabytes } Mo en tout.
page-files-too-large = C'est trop à la fois : au plus { $most } fichiers et { $megabytes } Mo en tout.
page-language = Langue
page-latest = Revenir aux derniers messages
article-updated-at = Dernière mise à jour
article-only-in = Cet article n'est pas encore disponible dans votre langue.
article-other-versions = Aussi disponible en
article-gone-page = Cet article n'est plus disponible.
article-parts = Parties de cet article
article-part-before = Précédent
article-part-after = Lire la suite
page-owner = Qui s'en occupe
page-rate = Comment cela s'est-il passé ?
page-rate-comment = Qu'est-ce qui pourrait être mieux, ou qu'est-ce qui était bien ? (facultatif)
page-rate-of = { $value } sur 5
page-rate-send = Envoyer la note
page-rated = Merci pour votre note.
page-whole-message = Lire le message entier

## Times

time-today = aujourd'hui à { $time }
time-tomorrow = demain à { $time }
time-weekday = { $day ->
    [mon] lundi
    [tue] mardi
    [wed] mercredi
    [thu] jeudi
    [fri] vendredi
    [sat] samedi
   *[sun] dimanche
 } à { $time }
time-date = le { $day } { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
 } à { $time }

## Other

timeline-filed = Ticket ouvert
timeline-status = État : { $status }
timeline-department = Transmis à { $department }
timeline-message = Nouveau message
timeline-resolved = Résolu
timeline-reopened = Rouvert
erased-marker = [effacé]
unsupported = Je ne peux pas encore lire ce type de message. Écrivez-le avec des mots, s'il vous plaît.
attachment-received = Merci, je l'ai bien reçu. Dites-moi avec des mots ce dont vous avez besoin.
attachment-not-stored = Le fichier « { $name } » n'a pas pu être enregistré. Envoyez-le de nouveau, s'il vous plaît.
deleted-marker = [supprimé]

## Asked by agents, and rated

form-asked = { $count ->
    [1] Pour pouvoir continuer, il nous faut une information de votre part.
   *[other] Pour pouvoir continuer, il nous faut { $count } informations de votre part.
 }
form-asked-thanks = Merci, c'est tout ce qu'il nous faut. Quelqu'un de notre équipe continue ici.
form-asked-stopped = Très bien, nous continuons sans. Quelqu'un de notre équipe vous répondra ici.
rating-ask = Êtes-vous satisfait de notre aide ?
rating-thanks = Merci pour votre évaluation.
rating-thanks-comment = Merci pour votre évaluation. Si vous souhaitez ajouter quelque chose, écrivez-le ici.
rating-noted = Merci, c'est noté. S'il reste quelque chose à régler, écrivez ici.

## The chat on a web page

chat-title = Discutez avec nous
chat-greeting = Bonjour ! Écrivez avec vos propres mots. Nous vous répondrons ici.
chat-launcher = Ouvrir la discussion
chat-close = Fermer la discussion
chat-log = Messages
chat-older = Messages précédents
chat-newest = Aller au dernier message
chat-today = Aujourd'hui
chat-open = Nous sommes là pour vous
chat-closed = Nous sommes absents pour le moment
chat-closed-until = Nous serons de retour { $time }
chat-typing = Une réponse est en cours de rédaction
chat-author-me = Vous
chat-author-bot = Assistant
chat-author-agent = Service client
chat-author-system = Information
chat-deleted = Ce message a été supprimé
chat-edited = modifié
chat-sending = envoi…
chat-failed = non envoyé
chat-retry = Réessayer
chat-seen = lu
chat-choices = Choix
chat-unread-one = { $count } nouveau message
chat-unread-other = { $count } nouveaux messages
chat-article = Article
chat-read-article = l'article complet
chat-see-ticket = Voir votre ticket
chat-article-page = Ouvrir l'article sur sa propre page
chat-back = Retour à la discussion
chat-write = Écrivez un message
chat-send = Envoyer
chat-attach = Joindre des fichiers
chat-attach-limits = Jusqu'à { $files } fichiers de { $size } chacun
chat-files = Fichiers joints
chat-file = Fichier
chat-uploading = envoi en cours…
chat-remove = Retirer { $name }
chat-drop = Déposez les fichiers ici
chat-too-many-one = Un message peut contenir au maximum { $count } fichier.
chat-too-many-other = Un message peut contenir au maximum { $count } fichiers.
chat-too-large = { $name } dépasse { $size }.
chat-upload-failed = L'envoi de { $name } a échoué. Réessayez, s'il vous plaît.
chat-away = Il n'y a personne pour le moment. Laissez un message et votre adresse e-mail, et nous reviendrons vers vous.
chat-name = Votre nom (facultatif)
chat-email = Votre adresse e-mail
chat-email-needed = Indiquez une adresse e-mail pour la réponse, s'il vous plaît.
chat-email-wrong = Cette adresse e-mail ne semble pas correcte.
chat-offline = Pas de connexion. Une nouvelle tentative aura lieu automatiquement.
chat-too-fast = C'était un peu rapide. Patientez un instant, s'il vous plaît.
chat-refused = La discussion ne fonctionne pas sur cette page.
chat-expired = Votre session a expiré. Rechargez la page, s'il vous plaît.
chat-page-title = Discussion
chat-page-script = La discussion nécessite JavaScript.

## The conversation as a file

transcript-customer = Client
transcript-attached = Voici notre conversation dans un fichier.

invite-text = Vous avez une question ? Appuyez sur le bouton et écrivez-nous. Vous et nous serons les seuls à pouvoir la lire.
invite-button = Nous écrire

## A conversation of their own

contact-opened = Votre conversation est ici : { $place }
contact-open-already = Votre conversation est toujours ici : { $place }
contact-failed = Un problème est survenu de notre côté. Appuyez de nouveau sur le bouton dans un instant.
