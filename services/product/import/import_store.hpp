#pragma once
#include "services/kit/db/idempotency.hpp"
#include "services/kit/http/message/body_file.hpp"
#include "services/product/import/import_line.hpp"

#include <functional>
#include <optional>
#include <string>

namespace product {

struct ImportReport {
  std::int64_t lines = 0;  ///< products in the file
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
};

/// Lines are wrong; nothing was imported.
struct ImportRefused final : std::exception {
  explicit ImportRefused(LineErrors errors) : errors(std::move(errors)) {}
  LineErrors errors;
};

/// Another import is running; nothing was imported.
struct ImportBusy final : std::exception {};

/// The deadline has passed; nothing was imported.
struct ImportTooSlow final : std::exception {};

/// A concurrent change took a name or SKU of the file; nothing was imported.
struct CatalogChanged final : std::exception {};

enum class ImportFormat { Csv, Ndjson };

struct Import {
  const kit::http::BodyFile& file;
  ImportFormat format;
  kit::Currency currency;
  bool dry_run = false;
  std::string traceparent;
  kit::Deadline deadline;  ///< of the work; leaves time to commit and answer
};

/// Reads the products of the file one by one, in bounded memory; wrong lines go to `errors`.
void read_lines(const Import& import, LineErrors& errors, const std::function<void(ImportLine)>& take);

/// SHA-256 of the file in hex.
std::string digest_of(const kit::http::BodyFile& file);

/// Thread-safe. Throws kit::db::Unavailable.
class ImportStore final {
 public:
  using Render = std::function<kit::db::StoredResponse(const ImportReport&)>;

  explicit ImportStore(kit::db::Database& database) : database_(database) {}

  /// Creates and updates the products of the file, all or none, once per idempotency key; one import at a
  /// time in the whole shop. Memory does not grow with the file: lines go in batches to a temporary table,
  /// where they are compared with each other and the catalog. Writes the ledger for new stock and the event
  /// product.changed for products that are new, renamed or have another price. Throws ImportRefused,
  /// ImportBusy, ImportTooSlow, CatalogChanged, KeyReused.
  kit::db::StoredResponse import(const Import& import, const std::optional<kit::db::IdempotencyKey>& key,
                                 const Render& render, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace product
