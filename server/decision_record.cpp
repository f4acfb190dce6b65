#include "server/decision_record.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "dialogs/json.hpp"
#include "dialogs/record.hpp"
#include "server/secrets.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

Verified different(std::string message) {
    return {Verified::Result::different, std::move(message)};
}

std::string sha256_base64(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed");
    std::array<unsigned char, 48> base64{};  // 44 and the NUL that EVP_EncodeBlock adds
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)};
}

/// The file that script and answers inside of `file` give; nothing when they give none, and then
/// `why` is a sentence.
std::optional<std::string> derive(const dialogs::RecordFile& file, std::string& why) {
    const dialogs::LoadResult loaded = dialogs::load_script(file.facts.script_text, "script");
    if (!loaded.script) {
        why = "the script inside has errors";
        return std::nullopt;
    }
    const std::optional<dialogs::State> state =
        dialogs::read_state(*loaded.script, R"({"answers":)" + file.answers + "}");
    if (!state) {
        why = "the answers inside are none of its script";
        return std::nullopt;
    }
    if (dialogs::pending_question(*loaded.script, *state)) {
        why = "the answers inside do not reach a result";
        return std::nullopt;
    }
    const dialogs::Recommendation recommendation = dialogs::explain(
        *loaded.script, state->answers, dialogs::score(*loaded.script, state->answers));
    const std::string record =
        dialogs::record_json({*loaded.script, state->answers, recommendation, file.facts});
    return dialogs::record_file(record, sha256_hex(record));
}

}  // namespace

std::optional<Finished> finished(const dialogs::Script& script, const db::SessionRecord& session) {
    std::optional<dialogs::State> state = dialogs::read_state(script, session.state);
    if (!state) {
        throw db::StoreError(db::StoreError::Kind::corrupt, "the state of session " + session.key +
                                                                " cannot be read by this version");
    }
    if (dialogs::pending_question(script, *state)) return std::nullopt;
    dialogs::Recommendation recommendation =
        dialogs::explain(script, state->answers, dialogs::score(script, state->answers));
    return Finished{std::move(*state), std::move(recommendation)};
}

std::string make_record(const dialogs::Script& script, const db::StoredScript& stored,
                        const db::SessionRecord& session, const Finished& finished,
                        RecordFormat format) {
    const dialogs::RecordFacts facts{session.key,
                                     session.channel,
                                     utc_text(session.started_at),
                                     utc_text(session.updated_at),
                                     session.seq,
                                     stored.hash,
                                     stored.body};
    const dialogs::Decision decision{script, finished.state.answers, finished.recommendation,
                                     facts};
    const std::string record = dialogs::record_json(decision);
    const std::string digest = sha256_hex(record);
    switch (format) {
        case RecordFormat::json:
            return dialogs::record_file(record, digest);
        case RecordFormat::markdown:
            return dialogs::record_markdown(decision, digest);
        case RecordFormat::html:
            return dialogs::record_html(decision, digest, record_style_source());
    }
    return {};
}

const std::string& record_style_source() {
    static const std::string source = "'sha256-" + sha256_base64(dialogs::record_style()) + "'";
    return source;
}

Verified verify_record(std::string_view text, const std::optional<std::string>& script_text) {
    std::string why;
    const std::optional<dialogs::RecordFile> file = dialogs::read_record(text, why);
    if (!file) {
        if (dialogs::begins_like_record(text)) return different("the record is damaged: " + why);
        return {Verified::Result::unreadable, why};
    }
    if (sha256_hex(file->facts.script_text) != file->facts.script_hash)
        return different("the script inside is not the one that its hash names; it was changed");
    if (script_text && sha256_hex(*script_text) != file->facts.script_hash) {
        return different("the record was made with another script: the one inside has SHA-256 " +
                         file->facts.script_hash + ", the one given " + sha256_hex(*script_text));
    }
    const std::optional<std::string> derived = derive(*file, why);
    if (!derived) return different(why);
    if (*derived == text) return {Verified::Result::identical, "SHA-256 " + file->sha256};
    const bool untouched = sha256_hex(file->record) == file->sha256;
    const std::optional<dialogs::RecordFile> again = dialogs::read_record(*derived, why);
    std::string place = again ? dialogs::first_difference(file->record, again->record) : "";
    if (place.empty() && !untouched)
        place = "the hash is not that of the record, or its form was changed";
    return different((untouched ? "the record's own hash is right, but script and answers give "
                                  "something else: "
                                : "the record was changed after it was written: ") +
                     place);
}

}  // namespace advisor::server
