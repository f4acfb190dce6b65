#pragma once
// The phrases by which wishes about the talk are known; see dialogs/phrases.hpp for their form.

#include <array>
#include <string_view>

namespace advisor::dialogs::intent_phrases {

// clang-format off
inline constexpr std::array back{
    "^ back $", "go back", "take me back", "bring me back", "previous question",
    "last question again", "undo", "step back", "one back", "return to previous|last|earlier",
    "change my previous|last|earlier|former|first", "change my answer", "change what i said",
    "change the answer", "correct my previous|last|earlier", "correct my answer",
    "edit my previous|last|earlier", "edit my answer", "revise my", "fix my last|previous|earlier",
    "redo the last|previous", "redo my", "revisit the previous|last|earlier",
    "get to the one before", "the one before again", "i made a mistake earlier|before|in",
    "i made a mistake", "i clicked the wrong", "i clicked wrong", "wrong button", "hit the wrong",
    "wrong one before", "i pressed the wrong", "prior question", "earlier question",
    "question before", "^ previous $", "previous one please", "go to the previous",
    "show me the previous", "my last answer was wrong", "my previous answer was wrong",
    "answer before was wrong", "i answered ... wrong", "got the last one wrong", "i misclicked",
    "misclicked", "i want to change", "i need to change", "i would like to change", "can i change",
    "let me change", "could i change", "may i change", "rewind", "i want to correct",
    "i would like to correct", "i need to correct", "let me correct the", "let me fix the",
    "let me fix my", "can we return to", "could we return to", "revert",
    "i take back my last|previous|answer", "amend my", "let us return to"};

inline constexpr std::array skip{
    "^ skip $", "^ skip please $", "please skip", "skip it", "skip this", "skip that",
    "skip the question", "skip question", "skip to", "can we skip", "let us skip", "i skip",
    "^ next $", "next question", "next one please", "next please", "^ pass $", "i pass",
    "will pass", "pass on this|that", "hard pass", "leave it open", "leave that open",
    "leave this open", "leave it blank", "leave that blank", "leave this blank", "leave it empty",
    "leave this empty", "leave this out", "leave that out", "leave it out", "rather not",
    "prefer not to", "would not like to answer", "not get into", "do not want to answer",
    "do not want to say", "do not want to talk about", "do not want to share", "do not wish to",
    "will not answer", "not going to answer", "decline to", "refuse to answer",
    "none of your business", "no comment", "move on", "go on to the next", "go to the next",
    "moving on", "proceed to", "continue without", "that is confidential", "this is confidential",
    "it is confidential", "that is private", "that is secret", "can not disclose",
    "can not share that", "not allowed to say", "not at liberty", "under nda",
    "come back to this|that|it later", "come back to this one", "come back to that one",
    "answer|do|fill this|that|it later", "answer later", "not answering",
    "ignore this|that question", "ignore that one", "drop this|that question",
    "forget this|that question", "can we do another", "another question please",
    "no answer from me", "not relevant to us", "does not apply to us", "does not apply",
    "not applicable", "n/a", "omit this|that", "^ not now $", "not now please", "keep that to myself",
    "keep that to ourselves", "not something i discuss|share"};

inline constexpr std::array restart{
    "restart", "start over", "start again", "begin again", "^ reset $", "reset everything",
    "reset all", "reset the", "reset this", "from the beginning", "start from scratch",
    "start from zero", "all over again", "^ from scratch $", "^ from the top $",
    "start from the top", "begin from the start", "back to the start", "back to the beginning",
    "back to square one", "go back to the start|beginning", "start afresh", "start anew",
    "begin anew", "start fresh please", "let us start fresh", "clear everything", "clear all",
    "wipe everything", "wipe it all", "wipe my answers", "delete my answers", "delete everything",
    "forget everything", "forget all", "scrap everything", "throw away my answers",
    "discard everything", "discard all", "new session", "new conversation",
    "do the whole thing again", "do it all again", "once more from",
    "again from the start|beginning|top", "from the start", "do over", "try again from",
    "redo everything", "redo the whole", "erase everything", "erase all"};

inline constexpr std::array repeat{
    "^ repeat $", "^ repeat", "repeat please", "please repeat", "repeat that", "repeat the",
    "repeat this", "repeat it", "^ again $", "^ again please $", "say that again", "say it again",
    "say again", "what was the question", "what was your question", "what was that",
    "what did you ask", "what were you asking", "what did you say", "what is the question",
    "come again", "^ pardon", "beg your pardon", "did not catch", "did not hear",
    "did not get the question", "missed that", "missed the question", "missed what you",
    "one more time", "once more please", "once again please", "ask me again", "ask again",
    "ask that again", "read that again", "read the question", "show the question again",
    "show me the question", "tell me the question", "forgot the question", "lost track",
    "i was distracted", "question again", "state the question", "what did you want to know",
    "run that by me", "scrolled away", "can not see the question", "lost the question"};

inline constexpr std::array why{
    "why do you ask", "why you ask", "why do you want", "why do you need", "why are you asking",
    "why is that important", "why is this important", "why is it important", "why does that matter",
    "why does this matter", "why does it matter", "what for $", "^ what for", "for what reason",
    "what is the reason", "what is that good for", "what is this good for",
    "what do you need that|this|it for", "what do you need to know that for",
    "what do you want that|this for", "how come", "^ why $", "but why", "^ why", "and why",
    "how is that relevant", "how is this relevant", "how is it relevant", "how is that related",
    "how is this related", "what has that to do", "what has this to do",
    "what does that have to do", "what does this have to do", "what does it have to do",
    "what does ... have to do with", "what is that to do with", "what is this to do with",
    "what is the point of", "what is the purpose of", "what is the relevance", "what is it to you",
    "what difference does", "does that matter", "does this matter", "does it matter",
    "does it really matter", "is that relevant", "is this relevant", "is it relevant",
    "is that important", "is this question necessary", "is that necessary", "is this necessary",
    "reason you ask", "reason for asking", "reason for this|that question", "reason behind",
    "purpose of this|that question", "what makes you ask", "what will you do with",
    "what do you do with that", "how does that affect", "how does this affect",
    "how does it affect", "how will that affect", "how would that affect",
    "how does that influence", "how does this influence", "how does that help",
    "how does this help", "what does it change", "what does that change", "what would that change",
    "what does that decide", "what does this decide", "why should i", "why would you",
    "why would i", "why that question", "why this question", "why this", "why that",
    "explain why you", "tell me why", "do not see why", "do not see how", "do not understand why",
    "wonder why", "curious why", "how so", "may i ask why", "can i ask why", "want to know why",
    "what is the idea behind", "what is behind"};

inline constexpr std::array explain{
    "^ help $", "^ help me", "help me understand", "what do you mean", "what you mean",
    "what is meant", "what does ... mean", "what do ... mean", "what does that mean",
    "what does this mean", "what is the meaning", "meaning of", "what would that mean",
    "do not understand", "did not understand", "not sure i understand", "not sure i follow",
    "do not follow", "do not get it", "do not get the question", "do not get what",
    "can not follow", "^ explain", "explain that", "explain this", "explain it", "explain please",
    "explain the", "explain what", "please explain", "can you explain", "could you explain",
    "would you explain", "^ huh", "^ what $", "^ define", "define that", "please define",
    "definition of", "your definition", "how do you define", "how would you define",
    "how are you defining", "give me an example", "an example please", "any example",
    "some examples", "for example what", "example of that", "example of what", "such as $",
    "like what $", "in what sense", "in plain english", "in plain words", "in simple terms",
    "simpler words", "in english please", "what counts as", "what counts", "does that include",
    "does this include", "does it include", "does that count", "does this count", "does ... count",
    "do ... count", "would ... count", "should i include", "should i count", "do i count",
    "do i include", "are you asking", "you mean like", "do you mean", "what exactly",
    "what kind of ... do you", "what sort of ... do you", "elaborate", "clarify", "clarification",
    "be more specific", "rephrase the question", "rephrase that please", "can you rephrase",
    "could you rephrase", "please rephrase", "put it differently", "put that differently",
    "word it differently", "spell that out", "never heard of", "what are you talking about",
    "no idea what that", "no idea what you mean", "no idea what this", "no clue what that",
    "no clue what you", "do not know what that", "do not know what you mean",
    "do not know what this", "do not know that word", "do not know that term",
    "do not know the term", "what is that", "what is this", "what are those",
    "tell me more about the question", "more details about the question", "is that per",
    "is it per", "per day or", "what are the options", "what are my options", "which options",
    "what do the numbers", "best or worst", "best or the worst", "high or low", "what is a good",
    "what does it stand for", "what does that stand for", "stand for $", "difference between the",
    "how do i know", "how can i tell", "how would i know", "how do i measure", "confusing question",
    "confused by", "i am confused", "i am lost", "unfamiliar with that term",
    "unfamiliar with the term", "what do i do here", "too technical", "jargon", "means what",
    "meaning what", "what is considered", "what qualifies", "what would be an example"};

inline constexpr std::array dont_know{
    "do not know", "not know", "do not really know", "not sure", "not certain", "not too sure",
    "unsure", "uncertain", "unknown", "no idea", "no clue", "not the foggiest", "not the faintest",
    "not a clue", "haven't a clue", "clueless", "can not say", "could not say", "can not tell",
    "could not tell", "could not tell you", "hard to say", "hard to tell", "difficult to say",
    "tough to say", "impossible to say", "tough call", "who knows", "god knows", "heaven knows",
    "lord knows", "beats me", "search me", "your guess is as good", "anyone's guess",
    "anybody's guess", "have to ask", "need to ask", "would ask", "must ask", "should ask",
    "ask my", "ask our", "better ask", "have to check", "need to check", "must check",
    "have to look", "need to look that up", "have to find out", "need to find out",
    "have to think about", "need to think about", "let me think about", "have to get back to you",
    "get back to you", "not thought about", "not thought that far", "not thought about it",
    "never thought about", "not considered", "have not decided", "not decided", "undecided",
    "nothing decided", "to be decided", "to be determined", "to be defined", "tbd", "tba",
    "not yet known", "not clear yet", "unclear yet", "still unclear", "still open", "open question",
    "remains to be seen", "time will tell", "too early to say", "too early to tell",
    "too soon to say", "too soon to tell", "not got that far", "do not have that information",
    "do not have that figure|number|data", "do not have any numbers|figures|data", "no figures",
    "no data on", "no information", "no information on", "not in a position to", "above my pay",
    "not my department", "not my area", "outside my area", "not my field", "out of my depth",
    "wish i knew", "if only i knew", "not been told", "nobody told me", "nobody has told",
    "drawing a blank", "my mind is blank", "can not remember", "do not remember", "do not recall",
    "can not recall", "escapes me", "we will see", "we will have to see", "figure that out",
    "figure it out later", "working that out", "work that out", "work it out", "ask me later",
    "ask me again", "ask me in", "no opinion", "can not judge", "could not judge", "hard to judge",
    "unable to say", "unable to answer", "unable to judge", "can not answer", "could not answer",
    "not able to answer", "not able to say", "would be guessing", "would only be guessing",
    "pure guess", "i would have to guess", "not qualified", "lack the information", "shrug",
    "^ shrug $", "does not ring a bell", "not discussed", "have not discussed", "under discussion",
    "not been discussed", "still discussing", "still thinking", "still debating", "not settled",
    "not figured", "have not figured", "not planned that far", "not made up our mind",
    "not made up my mind", "in the dark", "stumped", "you tell me", "you have me there",
    "you got me there", "you got me", "got me there", "no one has told", "no way of knowing",
    "not yet decided", "not measured", "never measured", "have not measured", "pass the question",
    "weiß nicht", "no sé", "je ne sais", "unsure about", "how should i know",
    "how would i know that", "how am i supposed to know", "not an expert on", "do not have a clue",
    "without asking", "no firm view", "unable to estimate", "can not estimate",
    "could not estimate", "not able to estimate", "hard to estimate", "difficult to estimate",
    "no estimate", "remind me later"};

inline constexpr std::array human{
    "human", "real person", "actual person", "living person", "live person", "someone real",
    "somebody real", "flesh and blood", "talk to someone", "talk to somebody", "talk to a person",
    "talk to an expert", "talk to your team", "talk with someone", "talk with somebody",
    "talk with a person", "speak to someone", "speak to somebody", "speak to a person",
    "speak with someone", "speak with somebody", "speak with a person", "speak to an expert",
    "speak to your", "speak with your", "chat with someone", "chat with a person",
    "contact someone", "contact a person", "contact support", "customer service",
    "customer support", "support team", "support agent", "live agent", "an agent", "real agent",
    "^ agent $", "^ operator", "representative", "call me", "phone me", "ring me",
    "give me a call", "can someone call", "can somebody call", "a phone number",
    "your phone number", "phone number i can", "who|whom can|could|do|should i call|ring|phone|contact|ask", "number to call", "someone i can talk",
    "somebody i can talk", "someone i can call", "someone to talk to", "somebody to talk to",
    "someone i could talk", "person i can talk", "person i could talk", "connect me",
    "put me through", "transfer me", "hand me over", "pass me on to", "reach someone",
    "reach somebody", "reach a person", "rather talk", "rather speak", "prefer to talk",
    "prefer to speak", "consultant i can", "talk to a consultant", "speak to a consultant",
    "email someone", "an email address", "not a machine", "not a bot", "no bots",
    "instead of a bot", "instead of a machine", "stop talking to a bot", "get me a person",
    "person please", "somebody from your", "someone from your", "member of your team",
    "one of your people", "one of your consultants", "your manager", "sales rep", "your sales team",
    "someone on the phone", "somebody on the phone", "people behind this"};

inline constexpr std::array quit{
    "^ quit", "quit this", "quit now", "want to quit", "^ stop $", "stop this", "stop it",
    "stop here", "stop now", "stop asking", "please stop", "want to stop", "let us stop",
    "like to stop", "^ exit", "exit please", "^ bye", "goodbye", "good bye", "bye bye",
    "see you later", "see ya", "^ cancel", "cancel this", "cancel the", "abort", "^ end $",
    "end this", "end the conversation", "end the chat", "end the session", "end it here",
    "end here", "let us end", "close this", "close the chat", "close the session", "^ leave $",
    "i am leaving", "i am out $", "i am off $", "i have to go", "i have to leave", "i have to run",
    "have to run", "have to dash", "need to go now", "must go", "got to go", "i need to leave",
    "enough questions", "no more questions", "that is enough", "enough of this", "had enough",
    "i have had it", "i give up", "giving up", "i am done", "we are done", "done with this",
    "done here", "done for today", "i am finished", "leave me alone", "go away", "forget it",
    "forget the whole thing", "never mind", "not interested anymore", "no longer interested",
    "lost interest", "do not want to continue", "do not wish to continue", "not continue",
    "do not want to go on", "call it a day", "waste of time", "wasting my time",
    "finish this another", "another time", "some other time", "out of time", "no time for this",
    "shut up", "log me out", "log out", "sign me out", "too many questions", "boring",
    "this is pointless", "discontinue"};

inline constexpr std::array vague{
    "depends", "yes and no", "maybe maybe not", "possibly possibly not", "perhaps perhaps not",
    "good question", "great question", "interesting question", "tricky question", "hard question",
    "what do you think", "what would you", "what do you recommend", "what do you suggest",
    "which would you", "you decide", "you choose", "up to you", "surprise me", "whatever you think",
    "whatever you say", "you are the expert", "the usual", "the normal", "nothing special",
    "it varies", "varies a lot", "it should be fast", "hopefully", "we will cross that bridge",
    "one or the other", "so to speak", "could go either way", "either way",
    "swings and roundabouts", "thinking", "^ maybe $", "^ perhaps $", "^ possibly $",
    "^ sometimes $", "^ well $", "^ whatever", "same as everyone", "like everyone",
    "like everybody", "like anyone else", "like any other", "the standard amount",
    "a normal amount", "^ ish $", "^ meh $", "^ so $", "^ interesting $", "isn't it",
    "aren't we all", "doesn't everybody", "doesn't everyone", "don't we all", "who doesn't",
    "who isn't", "tell me about it", "^ enough $", "^ okay $", "^ fine $", "^ cool $", "^ thanks",
    "^ thank you $", "^ test $", "^ hello $", "^ hi $", "^ hey $"};
// clang-format on

// Weaker signs, which count when there is no answer beside them.
// clang-format off
inline constexpr std::array weak_back{
    "one before", "the previous", "previous answer|one|question", "undo", "back please",
    "earlier answer", "last answer", "step back", "back one", "go one back", "back a step",
    "previous page", "answer before", "return to the", "take that back", "fix my",
    "change ... before|earlier|previous", "wrong answer",
    "mistake ... before|earlier|previous|last|above", "go backwards", "back up", "back to the|my"};
inline constexpr std::array weak_skip{
    "skip", "skipping", "skipped", "next one", "^ next", "^ pass",
    "leave ... out|open|blank|empty|unanswered|aside", "no answer", "leave that|this|it for", "leave|do|take|answer ... later", "something else", "change the subject|topic", "without an answer",
    "not answer", "do not answer", "prefer not", "prefer ... not", "rather ... not", "omit",
    "another question", "different question", "private matter", "too personal",
    "do not feel like answering", "not comfortable", "can not talk about", "can not discuss",
    "do not discuss", "keep ... private|secret", "not public", "ignore this", "let us continue",
    "continue please", "go on", "move along", "proceed", "not going there", "leave it there",
    "leave it at that", "not want to answer|say|talk|share|discuss", "do another",
    "not ... your concern|business", "not for you to know", "not share"};
inline constexpr std::array weak_restart{
    "all over", "start ... over|again|afresh|anew|beginning|fresh|scratch|new",
    "begin ... again|anew|afresh|new", "from the beginning|start|top|scratch", "wipe", "reset",
    "rewind to the start", "new try", "fresh start", "clean slate", "from zero", "again from",
    "one more run", "another run", "repeat everything", "redo it all", "everything again",
    "whole thing again", "back to start|beginning|zero|square"};
inline constexpr std::array weak_repeat{
    "repeat", "again please", "question again", "say again", "say ... again", "ask ... again",
    "read ... again", "show ... again", "tell me again", "tell ... again", "one more time",
    "once more", "what was ... question", "what was ... again", "what were ... again",
    "did not read", "pardon", "what did you", "come again", "forgot what you asked", "forgot what",
    "question was", "not paying attention", "was not listening", "missed it"};
inline constexpr std::array weak_quit{
    "quit", "stop", "bye", "out of here", "end this|it|here|now", "leave now", "leave this",
    "over and out", "finish here|now", "let us finish", "i am done", "done now", "no more",
    "cancel", "exit", "abort", "close this|it", "enough now", "enough for today", "had it with",
    "gone", "get me out", "let me out", "i am leaving", "logging off", "signing off", "log off",
    "checking out", "farewell", "ciao", "tschüss", "adios", "drop out", "later dude|mate|guys",
    "not in the mood", "do not want to do this", "tired of this", "wrap up", "wrap it up",
    "hang up", "sick of this"};
inline constexpr std::array weak_human{
    "human", "humans", "real person", "person",
    "somebody|someone ... phone|call|talk|speak|contact|reach|meet",
    "speak|talk|chat|discuss|call|consult|contact|meet|phone|connect|escalate ... "
    "human|person|someone|somebody|people|expert|team|consultant|consultants|advisor|adviser|"
    "specialist|engineer|colleague|colleagues|staff|representative|manager|sales|support",
    "consultant", "consultants", "support", "hotline", "real consultant|expert|advisor", "helpdesk", "help desk", "phone call",
    "by phone", "via phone", "on the phone", "over the phone", "face to face", "in person",
    "your people", "talk|speak|chatting ... robot|bot|machine|computer|ai|chatbot|program",
    "instead of ... robot|bot|machine|computer|chatbot|program",
    "tired of ... robot|bot|machine|chatbot", "robot", "are you human", "are you real",
    "are you a bot", "are you a robot", "real people", "employee of yours", "your staff",
    "your colleagues", "call back", "callback", "an appointment", "book a meeting",
    "arrange a meeting", "schedule a call"};
inline constexpr std::array weak_explain{
    "in which|what sense", "which end", "what ... exactly", "who counts", "you mean",
    "do you count", "what ... mean", "meaning", "example", "examples", "unclear what",
    "not clear what", "unclear to me", "not clear to me",
    "difference between those|these|the|them|both", "is ... included", "is ... counted",
    "are ... included", "are ... counted", "include ... too", "explain", "explanation", "define",
    "definition", "understand the question", "what is the scale", "is 1",
    "is one good|bad|best|worst|low|high", "is five good|bad|best|worst|low|high", "is 5",
    "which is better", "which is best", "one is good|bad|best|worst|low|high", "per what",
    "over what period", "at what time", "including whom", "including what", "compared to what",
    "in terms of what", "such as what", "as in", "like what", "what about", "more detail",
    "more details", "more context", "more info", "need context", "can you specify",
    "please specify", "what would be", "what would count", "what would ... be", "how many is",
    "how much is", "what are we talking", "never seen that word", "what word", "that word",
    "this word", "that term", "this term", "lost me", "over my head", "too complicated",
    "do not speak tech", "laymans terms", "layman"};
inline constexpr std::array weak_why{
    "why", "relevant", "relevance", "what for", "reason", "what does ... do with",
    "how does ... matter", "how does ... help", "how would ... help", "how is ... connected",
    "what has ... do with", "any of your business", "need to know", "care about that", "why bother",
    "purpose"};
inline constexpr std::array weak_dont_know{
    "for ... to say|decide", "not my call", "never|not discussed|talked|spoken|decided|agreed|checked", "need|have|want to talk|speak|check|consult|ask|discuss|verify|confirm", "ask the|our|my", "not me $",
    "somebody|someone|boss|cto|ceo|cfo|architect|colleague|colleagues|partner|manager|others|"
    "people|team|they ... knows|know|decide|decides|tell|answer", "ask someone else",
    "ask somebody else", "can not be sure", "can not be certain", "hard to predict",
    "hard to guess", "impossible to tell|predict|know|say", "could be anything", "not worked out",
    "have not worked", "not calculated", "not counted", "never counted", "unknowable", "not a clue",
    "clue", "not aware", "no answer yet", "not yet clear", "to be confirmed", "tbc", "i forget",
    "forgot", "not informed", "let me check back", "let me ask", "let me find out", "will check",
    "will ask", "will find out", "would have to", "need to think", "pending", "being discussed",
    "under review", "need to talk to ... about that|it|this", "no decision", "decision has not", "decision is pending", "not fixed yet",
    "in flux", "up in the air", "jury is still out", "too soon", "too early", "way too early",
    "come back later", "wish i could tell", "if i knew", "haven't a clue", "not for me to say",
    "who can say", "who could say", "not really sure", "more research", "no estimate",
    "no forecast", "not my area|field|department|job"};
// clang-format on

}  // namespace advisor::dialogs::intent_phrases
