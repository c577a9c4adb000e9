#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/message/body_file.hpp"
#include "services/product/import/import_line.hpp"

#include <string>

namespace product {

struct ImportReport {
  std::int64_t lines = 0;  ///< products in the file
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
};

/// Lines are wrong; nothing was done.
class ImportRefused : public std::exception {
 public:
  explicit ImportRefused(LineErrors errors) : errors(std::move(errors)) {}
  const char* what() const noexcept override { return "import refused"; }
  LineErrors errors;
};

/// Another import is under way; nothing was done.
class ImportBusy : public std::exception {
 public:
  const char* what() const noexcept override { return "another import is under way"; }
};

/// The request's time is up; nothing was done.
class ImportTooSlow : public std::exception {
 public:
  const char* what() const noexcept override { return "import too slow"; }
};

enum class ImportFormat { Csv, Ndjson };

struct Import {
  const kit::http::BodyFile& file;
  ImportFormat format;
  kit::Currency currency;
  bool dry_run = false;
  std::string traceparent;
  kit::Deadline deadline;
};

/// Makes and changes the products of the file in the caller's transaction: all, or, by throwing, none. One at
/// a time in the whole shop. Its memory does not grow with the file: lines go to a table of the transaction's
/// own in batches, where they are compared with each other and the catalog. Writes the ledger for new stock,
/// and product.changed for what is new, renamed, or has another price. Throws ImportRefused, ImportBusy,
/// ImportTooSlow.
ImportReport import_products(kit::db::Transaction& tx, const Import& import);

}  // namespace product
