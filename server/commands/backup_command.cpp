#include "server/commands/backup_command.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "server/backup.hpp"
#include "server/serve.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

struct BackupOptions {
    fs::path file;
    fs::path data = Config().data;
    fs::path scripts;
    std::size_t keep = 0;
    bool replace = false;
    bool without_proof = false;
};

db::TimePoint now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string shown(const BackupProof& proof) {
    std::string text = std::to_string(proof.counts.sessions) + " sessions, " +
                       std::to_string(proof.counts.turns) + " turns, " +
                       std::to_string(proof.bytes) + " bytes; integrity checked, content SHA-256 " +
                       proof.digest + ", " + std::to_string(proof.replayed) +
                       " sampled sessions replayed to their stored state";
    if (proof.different > 0)
        text += "; " + std::to_string(proof.different) +
                " replay differently with this version (\"advisor replay --verify\" names them)";
    return text;
}

int backup(const BackupOptions& options) {
    const bool folder = fs::is_directory(options.file);
    if (options.keep > 0 && !folder) {
        std::cerr << "advisor: --keep counts the backups of a folder; name a folder instead of "
                  << options.file.string() << "\n";
        return 2;
    }
    const db::TimePoint at = now();
    const fs::path file = folder ? options.file / backup_name(at) : options.file;
    const BackupProof proof = make_backup(database_file(options.data), file, at, options.scripts);
    std::cout << "backup " << file.string() << " is proved: " << shown(proof) << "\n";
    if (options.keep > 0) {
        const std::size_t removed = remove_old_backups(options.file, options.keep);
        if (removed > 0) std::cout << "removed " << removed << " older ones\n";
    }
    return 0;
}

int restore(const BackupOptions& options) {
    const RestoreOptions how{options.replace, options.without_proof, options.scripts};
    const Restored restored = restore_backup(options.file, database_file(options.data), now(), how);
    std::cout << "restored " << options.file.string() << " to "
              << database_file(options.data).string() << ": " << shown(restored.proof) << "\n";
    if (!restored.moved_aside.empty())
        std::cout << "the database that was there is now " << restored.moved_aside.string() << "\n";
    return 0;
}

void add_places(CLI::App& command, BackupOptions& options) {
    command.add_option("--data", options.data, "Folder with the database")
        ->envname("ADVISOR_DATA")
        ->capture_default_str()
        ->type_name("DIR");
    command
        .add_option("--scripts", options.scripts,
                    "Folder with the scripts that the server offers; without it the built-in ones")
        ->envname("ADVISOR_SCRIPTS")
        ->check(CLI::ExistingDirectory)
        ->type_name("DIR");
}

}  // namespace

void add_backup_commands(CLI::App& app, std::function<int()>& run) {
    auto options = std::make_shared<BackupOptions>();
    CLI::App& save = *app.add_subcommand(
        "backup", "Copy the database, also beside a running server, and prove the copy");
    save.footer(
        "Examples:\n  advisor backup /backups/monday.db --data /var/lib/advisor\n  advisor backup "
        "/backups --keep 14\nA folder gets a file named by the time. Nothing is overwritten.");
    save.add_option("file", options->file, "A new file, or a folder that exists")
        ->required()
        ->type_name("FILE");
    add_places(save, *options);
    save.add_option("--keep", options->keep,
                    "Keep so many backups in the folder, remove older ones")
        ->check(CLI::Range(1, 100000))
        ->type_name("N");
    save.callback([options, &run] { run = [options] { return backup(*options); }; });

    CLI::App& back = *app.add_subcommand("restore", "Prove a backup and put it into a data folder");
    back.footer(
        "Examples:\n  advisor restore /backups/monday.db --data /var/lib/advisor-new\n  advisor "
        "restore /backups/monday.db --data /var/lib/advisor --replace\nStop the server first. With "
        "--replace the database that is there is moved aside, not removed.");
    back.add_option("file", options->file, "A file that \"advisor backup\" has made")
        ->required()
        ->type_name("FILE");
    add_places(back, *options);
    back.add_flag("--replace", options->replace, "Move a database that is there aside");
    back.add_flag("--without-proof", options->without_proof,
                  "Restore a copy made by other means, which has no digest inside");
    back.callback([options, &run] { run = [options] { return restore(*options); }; });
}

}  // namespace advisor::server
