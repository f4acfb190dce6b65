#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "server/log.hpp"
#include "server/net/client_frame.hpp"
#include "server/net/connection.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

constexpr std::string_view subprotocol = "advisor.v1";
/// A client that sends again what it kept while it was offline does so at once.
constexpr double burst_seconds = 3;
/// So many frames and pings beyond the pace, without a calm moment, are no mistake any more.
constexpr int max_excess_frames = 200;

/// Without deflate: the extension costs ten times the memory per connection, and chat messages are
/// small.
using WebSocket = websocket::stream<Socket, false>;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, Executor>;

using HandshakeParser = beast::http::request_parser<beast::http::empty_body>;

/// A protocol that was not offered must not be chosen: the client would have to fail the
/// connection.
bool offers_subprotocol(const HandshakeParser::value_type& request) {
    for (const auto offered : beast::http::token_list(request["Sec-WebSocket-Protocol"])) {
        if (offered == subprotocol) return true;
    }
    return false;
}

OutgoingFrame single(std::string text) {
    OutgoingFrame frame;
    frame.head = std::move(text);
    return frame;
}

/// One browser chat. Read, think, write, in turn: back-pressure comes free. The only frames out of
/// turn are events, and they are coalesced (the latest turn number says it all), so nothing can
/// pile up for a peer that does not read. Thread: its I/O thread. Lifetime: owned by
/// run_ws_session's coroutine.
class WsSession final : public Listener {
public:
    WsSession(Socket socket, const Place& place, ConnectionContext& context, Hub& hub)
        : ws_(std::move(socket)),
          place_(place),
          context_(context),
          hub_(hub),
          written_(ws_.get_executor(), std::chrono::steady_clock::time_point::max()) {
        hub_.join(*this);
    }
    ~WsSession() override { hub_.leave(*this); }
    WsSession(const WsSession&) = delete;
    WsSession& operator=(const WsSession&) = delete;

    enum class Read { message, too_large, gone };

    // The first and the last say whether to go on reading; when not, nothing uses this any more.
    Task<bool> open(std::string head);
    Task<Read> read(beast::flat_buffer& buffer);
    Task<bool> answer(Read outcome, const beast::flat_buffer& buffer);

    void turn_taken(std::int64_t seq) override {
        event_seq_ = std::max(event_seq_, seq);
        start_event_writer();
    }
    void drain() override {
        drain_wanted_ = true;
        start_event_writer();
    }

private:
    Task<bool> shake_hands(std::string head);
    Task<bool> write(OutgoingFrame frame);
    Task<> end();
    Task<OutgoingFrame> reply_to(std::string_view message, bool is_text);
    Task<OutgoingFrame> dispatch(ClientFrame frame);
    Task<TakenOrRefused> take(ClientFrame frame);
    Task<TakenOrRefused> start(ClientFrame frame);
    Task<TakenOrRefused> resume(ClientFrame frame);
    OutgoingFrame settle(const std::string& id, db::RowId session_before, TakenOrRefused result);
    void start_event_writer();
    Task<> write_events();
    Task<> say_goodbye(websocket::close_code code);
    bool within_pace();
    void watch_pings();

    WebSocket ws_;
    const Place& place_;
    ConnectionContext& context_;
    Hub& hub_;
    std::optional<Live> live_;
    TokenBucket pace_;
    int excess_frames_ = 0;
    const std::string id_scope_ = random_text(8);
    bool open_ = false;
    bool busy_ = false;          ///< a turn is being taken: its reply goes out before a drain
    bool writing_ = false;       ///< Beast allows one write at a time
    bool event_writer_ = false;  ///< write_events() is running
    bool drain_wanted_ = false;
    std::int64_t event_seq_ = 0;  ///< a turn to tell about; 0: none
    std::int64_t sent_seq_ =
        0;  ///< the latest turn of the session that this peer has got; live_ may be ahead of it
    Timer written_;  ///< never expires; cancelled, to wake who waits, when a write or the event
                     ///< writer ends
};

/// Its own coroutine, so that an idle chat does not keep the request.
Task<bool> WsSession::shake_hands(std::string head) {
    HandshakeParser parser;
    error_code parse_error;  // the gate and the parser have seen this head before
    parser.put(net::buffer(head), parse_error);
    if (parse_error) co_return false;
    if (offers_subprotocol(parser.get())) {
        ws_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
            response.set("Sec-WebSocket-Protocol", subprotocol);
        }));
    }
    auto [error] = co_await ws_.async_accept(parser.get(), as_result);
    co_return !error;
}

Task<bool> WsSession::open(std::string head) {
    websocket::stream_base::timeout timeouts;
    timeouts.handshake_timeout = header_timeout;
    timeouts.idle_timeout = context_.idle_timeout;
    timeouts.keep_alive_pings = true;
    ws_.set_option(timeouts);
    ws_.read_message_max(
        0);  // counted here, so that the client learns why before the socket closes
    ws_.auto_fragment(false);
    ws_.text(true);
    watch_pings();
    open_ = co_await shake_hands(std::move(head));
    if (open_ && !drain_wanted_) co_return true;
    co_await end();
    co_return false;
}

Task<bool> WsSession::answer(Read outcome, const beast::flat_buffer& buffer) {
    bool sent = false;
    if (outcome == Read::message) {
        busy_ = true;
        const auto data = buffer.cdata();
        OutgoingFrame reply = co_await reply_to(
            std::string_view(static_cast<const char*>(data.data()), data.size()), ws_.got_text());
        sent = co_await write(std::move(reply));
        busy_ = false;
    } else if (outcome == Read::too_large) {
        const Refusal refusal{ErrorCode::message_too_large, "A message may have at most 16 KiB."};
        OutgoingFrame frame = single(error_frame(std::nullopt, refusal));
        co_await write(std::move(frame));
        co_await say_goodbye(websocket::close_code::too_big);
    }
    if (sent && excess_frames_ >= max_excess_frames) {
        co_await say_goodbye(websocket::close_code::policy_error);
        sent = false;
    }
    if (sent && !drain_wanted_) co_return true;
    co_await end();
    co_return false;
}

Task<> WsSession::end() {
    open_ = open_ && ws_.is_open();
    if (drain_wanted_ && open_) start_event_writer();
    while (event_writer_) {
        co_await written_.async_wait(as_result);
    }
    open_ = false;
}

/// Reads one message, piece by piece, so that a message that is too large is refused before it is
/// in memory.
Task<WsSession::Read> WsSession::read(beast::flat_buffer& buffer) {
    std::size_t piece = 256;  // most frames fit, and every idle chat holds a block of this size
    do {
        auto [error, size] = co_await ws_.async_read_some(buffer, piece, as_result);
        if (error) co_return Read::gone;  // closed, idle or cancelled: all ordinary ends
        if (buffer.size() > max_message_bytes) co_return Read::too_large;
        piece = 4096;
    } while (!ws_.is_message_done());
    co_return Read::message;
}

Task<bool> WsSession::write(OutgoingFrame frame) {
    while (writing_) {
        co_await written_.async_wait(as_result);
    }
    writing_ = true;
    const std::array<net::const_buffer, 2> parts{net::buffer(frame.head), net::buffer(frame.tail)};
    auto [error, size] = co_await ws_.async_write(parts, as_result);
    writing_ = false;
    written_.cancel();
    co_return !error;
}

void WsSession::start_event_writer() {
    if (!open_ || event_writer_) return;
    event_writer_ = true;
    net::co_spawn(ws_.get_executor(), write_events(), net::detached);
}

/// Writes pending events. end() waits for it before the session ends, so `this` outlives it.
Task<> WsSession::write_events() {
    bool alive = true;
    while (alive && event_seq_ > 0) {
        const std::int64_t seq = std::exchange(event_seq_, 0);
        if (!live_ || seq <= sent_seq_) continue;
        OutgoingFrame frame = single(R"({"type":"event","event":"turn","session":")" + live_->key +
                                     R"(","seq":)" + std::to_string(seq) + "}");
        alive = co_await write(std::move(frame));
    }
    while (alive && drain_wanted_ && busy_) {  // the reply on its way comes first
        co_await written_.async_wait(as_result);
    }
    if (alive && drain_wanted_ && open_) {
        open_ = false;
        OutgoingFrame frame = single(R"({"type":"event","event":"draining"})");
        alive = co_await write(std::move(frame));
        if (alive) co_await say_goodbye(websocket::close_code::service_restart);
    }
    event_writer_ = false;
    written_.cancel();
}

Task<> WsSession::say_goodbye(websocket::close_code code) {
    const websocket::close_reason reason(code);
    auto [error] = co_await ws_.async_close(reason, as_result);
    if (error) beast::get_lowest_layer(ws_).close();
}

Task<OutgoingFrame> ready(OutgoingFrame frame) {
    co_return frame;
}

/// No coroutine: what reading needs is gone when the turn waits for the disk.
Task<OutgoingFrame> WsSession::reply_to(std::string_view message, bool is_text) {
    if (!is_text) {
        const Refusal refusal{ErrorCode::text_only,
                              "Send text messages; binary ones are not understood."};
        return ready(single(error_frame(std::nullopt, refusal)));
    }
    auto read = read_frame(message);
    if (!within_pace()) {
        const auto* frame = std::get_if<ClientFrame>(&read);
        const Refusal refusal{ErrorCode::too_many_requests,
                              "These are too many frames a second; send this one again later."};
        return ready(single(
            error_frame(frame ? std::optional(frame->id) : std::get<BadFrame>(read).id, refusal)));
    }
    if (const auto* bad = std::get_if<BadFrame>(&read))
        return ready(single(error_frame(bad->id, bad->refusal)));
    return dispatch(std::get<ClientFrame>(std::move(read)));
}

/// Counts a frame or a ping. False for one that comes too soon.
bool WsSession::within_pace() {
    const auto pace = static_cast<double>(context_.admission.limits().frames_per_second);
    if (!place_.limited() || pace == 0) return true;
    const auto now = TokenBucket::Clock::now();
    if (pace_.full(pace, now)) excess_frames_ = 0;
    if (pace_.take(pace, pace * burst_seconds, now)) return true;
    ++excess_frames_;
    return false;
}

/// Pings are answered inside Beast, without a message to refuse: too many end the connection.
void WsSession::watch_pings() {
    if (!place_.limited()) return;
    ws_.control_callback([this](websocket::frame_type type, beast::string_view) {
        if (type == websocket::frame_type::ping && !within_pace() &&
            excess_frames_ >= max_excess_frames)
            beast::get_lowest_layer(ws_).close();
    });
}

Task<OutgoingFrame> WsSession::dispatch(ClientFrame frame) {
    const std::string id = frame.id;
    const db::RowId session_before = live_ ? live_->row : 0;
    try {
        TakenOrRefused result = co_await take(std::move(frame));
        co_return settle(id, session_before, std::move(result));
    } catch (const db::StoreError& error) {
        log(LogLevel::error, "turn_not_stored", {{"reason", error.what()}});
    }
    const Refusal refusal{
        ErrorCode::storage_unavailable,
        "Your message could not be saved just now; it will work again in a moment."};
    co_return single(error_frame(id, refusal));
}

/// No coroutine: it only says who has to do with the frame.
Task<TakenOrRefused> WsSession::take(ClientFrame frame) {
    if (frame.type == "start") return start(std::move(frame));
    if (frame.type == "resume") return resume(std::move(frame));
    if (live_) return context_.conversations.take_turn(std::move(frame), *live_);
    return refused({ErrorCode::no_session, "Begin with a \"start\" or \"resume\" frame."});
}

/// What the peer gets, and who else must hear of it.
OutgoingFrame WsSession::settle(const std::string& id, db::RowId session_before,
                                TakenOrRefused result) {
    if (live_ && live_->row != session_before) hub_.follow(*this, live_->row);
    if (const auto* refusal = std::get_if<Refusal>(&result))
        return single(error_frame(id, *refusal));
    Taken& taken = std::get<Taken>(result);
    sent_seq_ = live_->row == session_before ? std::max(sent_seq_, taken.seq) : taken.seq;
    if (taken.is_new) context_.hubs.turn_taken(live_->row, taken.seq, this);
    return std::move(taken.reply);
}

Task<TakenOrRefused> WsSession::start(ClientFrame frame) {
    std::optional<Refusal> limited = context_.admission.check_new_session(place_);
    if (limited) co_return std::move(*limited);
    std::optional<Live> opened;
    std::string channel = "web";
    TakenOrRefused result = co_await context_.conversations.start(
        std::move(frame), std::move(channel), id_scope_, opened);
    if (opened) live_ = std::move(opened);
    co_return result;
}

Task<TakenOrRefused> WsSession::resume(ClientFrame frame) {
    const std::optional<std::string> session = frame.text("session");
    const std::optional<std::string> token = frame.text("token");
    const auto after = frame.body.find("after");
    const bool counted =
        after == frame.body.end() || after->is_null() || after->is_number_unsigned();
    if (!session || session->empty() || !token || !counted) {
        co_return Refusal{
            ErrorCode::bad_frame,
            "\"resume\" needs \"session\" and \"token\", and \"after\" is the number of a turn."};
    }
    const std::int64_t seq = after == frame.body.end() || after->is_null()
                                 ? 0
                                 : static_cast<std::int64_t>(std::min<std::uint64_t>(
                                       after->get<std::uint64_t>(), INT64_MAX));
    std::optional<Live> opened;
    const std::optional<Refusal> refused =
        co_await context_.conversations.open(*session, *token, opened);
    if (refused) co_return *refused;
    live_ = std::move(opened);
    hub_.follow(*this, live_->row);  // before the session is read, so that no turn falls between
                                     // reading and listening
    TakenOrRefused caught_up = co_await context_.conversations.catch_up(frame.id, seq, *live_);
    co_return caught_up;
}

}  // namespace

Task<> run_ws_session(Socket socket, std::string head, [[maybe_unused]] Counted counted,
                      Place place, ConnectionContext& context, Hub& hub) {
    WsSession session(std::move(socket), place, context, hub);
    bool goes_on = co_await session.open(std::move(head));
    // An idle chat keeps this frame and that of read(); what answering needs is in others.
    while (goes_on) {
        beast::flat_buffer buffer;
        const WsSession::Read outcome = co_await session.read(buffer);
        goes_on = co_await session.answer(outcome, buffer);
    }
}

}  // namespace advisor::server
