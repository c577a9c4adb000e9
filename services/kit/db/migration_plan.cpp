#include "services/kit/db/migration_plan.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/encoding/sha256.hpp"
#include "services/kit/version.hpp"

#include <algorithm>

namespace kit::db {

int migration_number(std::string_view name) {
  const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const auto rest = name.substr(digits);
  const bool well =
      digits >= 3 && digits <= 6 && rest.size() > 5 && rest.starts_with('_') && rest.ends_with(".sql") &&
      rest.substr(0, rest.size() - 4).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
          std::string_view::npos;
  if (!well) throw MigrationError("migration " + std::string(name) + ": is not named like 007_reviews.sql");
  return std::stoi(std::string(name.substr(0, digits)));
}

namespace {

/// Refuses a downgrade to a version that the database is no longer suited to.
void check_later(int last, const std::map<int, Applied>& applied, std::string_view version) {
  for (auto it = applied.upper_bound(last); it != applied.end(); ++it) {
    const auto& needs = it->second.needs_version;
    if (needs.empty() || release_numbers(version) >= release_numbers(needs)) continue;
    throw MigrationError("migration " + it->second.name +
                         " of a later version has been applied, and it needs version " + needs +
                         " or later; this is " + std::string(version) +
                         ". Use a later version, or restore a backup from before that migration");
  }
}

}  // namespace

std::string needed_version(const EmbeddedFile& file) {
  constexpr std::string_view marker = "-- needs-version: ";
  const std::string_view text = file.text;
  const auto at = text.find(marker);
  if (at == std::string_view::npos) return {};
  const auto line = text.substr(at + marker.size(), text.find('\n', at) - at - marker.size());
  if (version_numbers(line).size() != 3 || line.find_first_not_of("0123456789.") != std::string_view::npos)
    throw MigrationError("migration " + std::string(file.name) +
                         ": needs-version is a version such as 0.3.0, not " + std::string(line));
  return std::string(line);
}

std::vector<const EmbeddedFile*> plan_migrations(std::span<const EmbeddedFile> files,
                                                 const std::map<int, Applied>& applied,
                                                 std::string_view version) {
  std::vector<const EmbeddedFile*> todo;
  int previous = -1;
  for (const EmbeddedFile& file : files) {
    const std::string name(file.name);
    const int number = migration_number(file.name);
    if (number <= previous)
      throw MigrationError("migration " + name + ": its number does not follow the one before it");
    previous = number;
    needed_version(file);  // validates it
    const auto done = applied.find(number);
    if (done == applied.end()) {
      todo.push_back(&file);
    } else if (done->second.checksum != sha256_hex(file.text)) {
      throw MigrationError("migration " + name + ": was changed after it was applied (as " +
                           done->second.name + ")");
    } else if (!todo.empty()) {
      throw MigrationError("migration " + std::string(todo.front()->name) + ": not applied, but the later " +
                           name + " is");
    }
  }
  check_later(previous, applied, version);
  return todo;
}

}  // namespace kit::db
