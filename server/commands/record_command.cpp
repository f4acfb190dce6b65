#include "server/commands/record_command.hpp"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "db/sqlite_store.hpp"
#include "dialogs/job_ad.hpp"
#include "server/decision_record.hpp"
#include "server/script_registry.hpp"
#include "server/serve.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

struct RecordOptions {
    std::string session;
    fs::path data = Config().data;
    std::string format = "json";
    fs::path out;
    fs::path job_ads;
};

int fail(int code, const std::string& message) {
    std::cerr << "advisor: " << message << "\n";
    return code;
}

/// False when the file cannot be written whole.
bool write_file(const fs::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    return stream.good();
}

RecordFormat format_of(const std::string& name) {
    if (name == "md") return RecordFormat::markdown;
    return name == "html" ? RecordFormat::html : RecordFormat::json;
}

int write_job_ads(const dialogs::Script& script, const dialogs::Recommendation& recommendation,
                  const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(2, "the folder " + folder.string() + " cannot be made (" + error.message() +
                           "); name another one with --job-ads");
    int written = 0;
    for (const dialogs::Role& role : recommendation.roles) {
        const std::optional<std::string> text = dialogs::job_ad(script, role);
        if (!text) continue;
        const fs::path file = folder / (script.hiring.roles[role.role].id + ".md");
        if (!write_file(file, *text))
            return fail(2,
                        file.string() + " cannot be written; name another folder with --job-ads");
        std::cerr << "wrote " << file.string() << "\n";
        ++written;
    }
    if (written == 0) std::cerr << "the plan has nobody to look for, so there is no job ad\n";
    return 0;
}

int record(const RecordOptions& options) {
    const std::unique_ptr<db::Reader> reader = db::open_sqlite_reader(database_file(options.data));
    const std::optional<db::SessionRecord> session = reader->session(options.session);
    if (!session)
        return fail(1,
                    "there is no session " + options.session + "; \"advisor sessions\" lists them");
    const std::optional<db::StoredScript> stored = reader->script(session->script);
    const dialogs::LoadResult loaded =
        stored ? dialogs::load_script(stored->body, stored->name) : dialogs::LoadResult();
    if (!loaded.script)
        throw db::StoreError(db::StoreError::Kind::corrupt,
                             "the script of session " + options.session + " cannot be read");
    const std::optional<Finished> result = finished(*loaded.script, *session);
    if (!result)
        return fail(1, "session " + options.session +
                           " has no result yet; a record is made of a finished conversation");
    const std::string text =
        make_record(*loaded.script, *stored, *session, *result, format_of(options.format));
    if (options.out.empty() && options.job_ads.empty()) std::cout << text << std::flush;
    if (!options.out.empty() && !write_file(options.out, text))
        return fail(2, options.out.string() + " cannot be written; name another file with --out");
    if (options.job_ads.empty()) return 0;
    return write_job_ads(*loaded.script, result->recommendation, options.job_ads);
}

int verify(const fs::path& file, const fs::path& script) {
    const std::optional<std::string> text = read_text_file(file);
    if (!text)
        return fail(2, file.string() + " cannot be read; check the name and the permissions");
    std::optional<std::string> script_text;
    if (!script.empty()) {
        script_text = read_text_file(script);
        if (!script_text)
            return fail(2, script.string() + " cannot be read; check the name and the permissions");
    }
    const Verified verified = verify_record(*text, script_text);
    switch (verified.result) {
        case Verified::Result::identical:
            std::cout << file.string() << ": verified, every byte follows from the script and the "
                      << "answers (" << verified.message << ")\n";
            return 0;
        case Verified::Result::different:
            std::cout << file.string() << ": NOT verified: " << verified.message << "\n";
            return 1;
        case Verified::Result::unreadable:
            break;
    }
    return fail(2, file.string() + " is no decision record: " + verified.message);
}

void add_record(CLI::App& app, std::function<int()>& run) {
    auto options = std::make_shared<RecordOptions>();
    CLI::App& command = *app.add_subcommand(
        "record", "Write the decision record of a finished session, or drafts of job ads");
    command.footer(
        "Examples:\n  advisor record 6x4pmw5sqh2dcd3dqkwzyjqh4a --out decision.json\n  advisor "
        "record 6x4pmw5sqh2dcd3dqkwzyjqh4a --format md\n  advisor record "
        "6x4pmw5sqh2dcd3dqkwzyjqh4a --job-ads ads");
    command.add_option("session", options->session, "The session's id")
        ->required()
        ->type_name("SESSION");
    command.add_option("--data", options->data, "Folder with the database")
        ->envname("ADVISOR_DATA")
        ->capture_default_str()
        ->type_name("DIR");
    command
        .add_option(
            "--format", options->format,
            "json (can be verified), md (decision record for a repository) or html (to print)")
        ->capture_default_str()
        ->check(CLI::IsMember({"json", "md", "html"}));
    command.add_option("--out", options->out, "File to write; without it to standard output")
        ->type_name("FILE");
    command
        .add_option("--job-ads", options->job_ads,
                    "Folder for a draft, in Markdown, of an ad for each role to fill")
        ->type_name("DIR");
    command.callback([options, &run] { run = [options] { return record(*options); }; });
}

void add_verify(CLI::App& app, std::function<int()>& run) {
    struct Files {
        fs::path record, script;
    };
    auto files = std::make_shared<Files>();
    CLI::App& command =
        *app.add_subcommand("verify", "Derive a decision record again and compare every byte");
    command.footer(
        "Examples:\n  advisor verify decision.json\n  advisor verify decision.json --script "
        "dialogs/scripts/nodejs-vs-python.json\nExit code: 0 verified, 1 not, 2 the file cannot be "
        "read or is no record. Needs no database.");
    command.add_option("record", files->record, "A record in JSON")
        ->required()
        ->type_name("RECORD");
    command
        .add_option("--script", files->script, "The record must have been made with this script")
        ->type_name("FILE");
    command.callback(
        [files, &run] { run = [files] { return verify(files->record, files->script); }; });
}

}  // namespace

void add_record_commands(CLI::App& app, std::function<int()>& run) {
    add_record(app, run);
    add_verify(app, run);
}

}  // namespace advisor::server
