// The program: a table of subcommands.

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

#include "db/store.hpp"
#include "server/commands/analytics_command.hpp"
#include "server/commands/author_commands.hpp"
#include "server/commands/backup_command.hpp"
#include "server/commands/check_command.hpp"
#include "server/commands/commands.hpp"
#include "server/commands/decide_command.hpp"
#include "server/commands/generate_command.hpp"
#include "server/commands/hook_command.hpp"
#include "server/commands/play_answers.hpp"
#include "server/commands/record_command.hpp"
#include "server/commands/replay_command.hpp"
#include "server/commands/token_command.hpp"
#include "server/commands/understand_command.hpp"
#include "server/commands/user_command.hpp"
#include "server/commands/webhook_command.hpp"
#include "server/serve.hpp"

namespace {

using advisor::server::Config;
namespace fs = std::filesystem;

/// A usage error: CLI11's message on one line, and what to do.
int report(const CLI::App& app, const CLI::ParseError& error, const char* first_word) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
        return app.exit(error);  // --help
    std::string message = error.what();
    const bool no_command = app.get_subcommands().empty();
    if (no_command && first_word)
        message = "there is no command or option \"" + std::string(first_word) + "\"";
    for (char& c : message) {
        if (c == '\n') c = ' ';
    }
    std::cerr << "advisor: " << message << "; see \"advisor"
              << (no_command ? "" : " " + app.get_subcommands().front()->get_name())
              << " --help\"\n";
    return 2;
}

CLI::App& add(CLI::App& app, const char* name, const char* about, const char* examples) {
    CLI::App& command = *app.add_subcommand(name, about);
    command.footer(std::string("Examples:\n") + examples);
    return command;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Stack Advisor: a self-hosted conversational advisor.", "advisor");
    app.require_subcommand(1);
    app.set_version_flag("--version", "advisor " ADVISOR_VERSION);
    Config config;
    fs::path script;
    fs::path data = config.data;
    std::string session;
    std::size_t limit = 20;
    bool json = false;
    std::function<int()> run;

    CLI::App& serve = add(app, "serve", "Serve the conversation to browsers and programs",
                          "  advisor serve\n  advisor serve --port 9000 --data /var/lib/advisor\n  "
                          "ADVISOR_PORT=9000 advisor serve --config advisor.toml");
    advisor::server::add_options(serve, config);
    serve.callback([&] {
        if (!config.file.empty()) advisor::server::apply_file(serve, config.file);
        run = [&] { return advisor::server::serve(config); };
    });

    advisor::server::add_check_command(app, run);
    advisor::server::add_author_commands(app, run);

    CLI::App& play = add(app, "play", "Talk a script through in the terminal; \"quit\" leaves",
                         "  advisor play\n  advisor play --script my-script.json\n  advisor play "
                         "--answers \"realtime=core,concurrency=3000..5000,data_ml=unknown\"");
    play.add_option("--script", script, "Script file; without it the built-in default one")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
    std::string answer_list;
    CLI::Option* listed =
        play.add_option("--answers", answer_list,
                        "Answers on one line instead of from the terminal: question=value,...")
            ->type_name("LIST");
    play.callback([&, listed] {
        run = [&, listed] {
            return listed->count() > 0
                       ? advisor::server::play_answers(script, answer_list, std::cout, std::cerr)
                       : advisor::server::play_command(script, std::cin, std::cout);
        };
    });

    advisor::server::UnderstandOptions wanted;
    CLI::App& understand =
        add(app, "understand", "Show or measure how typed text is understood",
            "  advisor understand --explain \"not chat, just dashboards\" --question realtime\n  "
            "advisor understand --eval tests/corpora/utterances.jsonl --predictions out.jsonl\n  "
            "advisor understand --questions tests/corpora/questions.jsonl --answers out.jsonl");
    understand
        .add_option("--script", wanted.script, "Script file; without it the built-in default")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
    CLI::Option* eval =
        understand.add_option("--eval", wanted.eval, "Labelled texts, one JSON object a line")
            ->type_name("FILE")
            ->check(CLI::ExistingFile);
    understand
        .add_option("--predictions", wanted.predictions, "Where to write what was understood")
        ->needs(eval)
        ->type_name("FILE");
    CLI::Option* explain =
        understand.add_option("--explain", wanted.explain, "A text: words, matches and scores")
            ->excludes(eval)
            ->type_name("TEXT");
    understand.add_option("--question", wanted.question, "The question that it answers")
        ->needs(explain)
        ->type_name("ID");
    CLI::Option* questions = understand
                                 .add_option("--questions", wanted.questions,
                                             "Side questions, one {\"id\",\"text\"} a line")
                                 ->excludes(eval)
                                 ->excludes(explain)
                                 ->type_name("FILE")
                                 ->check(CLI::ExistingFile);
    CLI::Option* answers =
        understand
            .add_option("--answers", wanted.answers, "Where to write what the advisor would say")
            ->needs(questions)
            ->type_name("FILE");
    questions->needs(answers);
    understand.require_option(1, 0);
    understand.callback(
        [&] { run = [&] { return advisor::server::understand_command(wanted, std::cout); }; });

    advisor::server::add_decide_commands(app, run);

    CLI::App& sessions =
        add(app, "sessions", "List the latest sessions",
            "  advisor sessions\n  advisor sessions --data /var/lib/advisor --limit 100 --json");
    sessions.add_option("--limit", limit, "At most so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 100000));
    sessions.callback([&] {
        run = [&] { return advisor::server::sessions_command(data, limit, json, std::cout); };
    });

    CLI::App& show = add(app, "show", "Print one session: transcript and recommendation",
                         "  advisor show 6x4pmw5sqh2dcd3dqkwzyjqh4a\n  advisor show "
                         "6x4pmw5sqh2dcd3dqkwzyjqh4a --json");
    show.add_option("session", session, "The session's id")->required()->type_name("SESSION");
    show.callback([&] {
        run = [&] { return advisor::server::show_command(data, session, json, std::cout); };
    });
    for (CLI::App* command : {&sessions, &show}) {
        command->add_option("--data", data, "Folder with the database")
            ->envname("ADVISOR_DATA")
            ->capture_default_str()
            ->type_name("DIR");
        command->add_flag("--json", json, "Print JSON");
    }

    advisor::server::add_backup_commands(app, run);
    advisor::server::add_generate_command(app, run);
    advisor::server::add_record_commands(app, run);
    advisor::server::add_replay_command(app, run);
    advisor::server::add_webhook_command(app, run);
    advisor::server::add_hook_command(app, run);
    advisor::server::add_user_command(app, run);
    advisor::server::add_token_command(app, run);
    advisor::server::add_analytics_command(app, run);

    CLI::App& version = add(app, "version", "Print the version", "  advisor version");
    version.callback([&] {
        run = [] {
            std::cout << "advisor " << ADVISOR_VERSION << "\n";
            return 0;
        };
    });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return report(app, error, argc > 1 ? argv[1] : nullptr);
    }
    try {
        return run();
    } catch (const advisor::db::StoreError& error) {
        std::cerr << "advisor: " << error.what() << "\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "advisor: " << error.what() << "\n";
        return 1;
    }
}
