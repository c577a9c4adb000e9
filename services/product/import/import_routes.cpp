#include "services/product/import/import_routes.hpp"

#include "services/kit/encoding/text.hpp"
#include "services/kit/http/message/page.hpp"

namespace product {
namespace {

// Two files at once (kit/http) fit into the 64 Mi that a pod has for them.
constexpr std::size_t MAX_BYTES = 30 * 1024 * 1024;
constexpr std::chrono::minutes MAX_TIME{4};
constexpr std::chrono::seconds TIME_TO_COMMIT{2};

ImportFormat read_format(const Request& request) {
  const auto coding = request.headers.get("Content-Encoding");
  if (coding && *coding != "identity")
    throw kit::Problem(415, "Unsupported content coding", "Send the file as it is, not compressed.");
  std::string type(request.headers.get("Content-Type").value_or(""));
  std::erase_if(type, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
  type = kit::lower(type);
  const auto parameters = type.find(';');
  const auto bare = type.substr(0, parameters);
  const auto charset = type.find("charset=");
  const bool utf8 = charset == std::string::npos || type.substr(charset + 8).starts_with("utf-8") ||
                    type.substr(charset + 8).starts_with("us-ascii");
  if (bare == "text/csv" && utf8) return ImportFormat::Csv;
  if ((bare == "application/x-ndjson" || bare == "application/ndjson" || bare == "application/jsonl") && utf8)
    return ImportFormat::Ndjson;
  throw kit::Problem(415, "Unsupported media type", "Send text/csv or application/x-ndjson, in UTF-8.");
}

Ordered render(const ImportReport& report, bool dry_run) {
  return {{"lines", report.lines},
          {"created", report.created},
          {"updated", report.updated},
          {"unchanged", report.unchanged},
          {"dry_run", dry_run}};
}

}  // namespace

ImportRoutes::ImportRoutes(const ImportStore& store, kit::Currency currency, kit::Metrics& metrics)
    : store_(store), currency_(currency), metrics_(metrics) {
  for (const auto* result : {"created", "updated", "unchanged", "refused"}) count(result, 0);
}

void ImportRoutes::add_to(Router& router) const {
  kit::http::Route route{kit::http::Method::Post, "/api/products/import",
                         handler_of(*this, &ImportRoutes::import)};
  route.max_request_bytes = MAX_BYTES;
  route.spool = true;
  route.deadline = MAX_TIME;
  router.add(std::move(route));
}

void ImportRoutes::count(const char* result, std::int64_t lines) const {
  metrics_.counter("import_lines_total", "Lines of imports, by result.", {{"result", result}})
      .Increment(static_cast<double>(lines));
}

Response ImportRoutes::import(const Request& request) const try {
  const auto format = read_format(request);
  const bool dry_run = read_flag(request, "dry_run").value_or(false);
  const auto& file = *request.body_file;
  std::optional<kit::db::IdempotencyKey> key;
  if (request.headers.get("Idempotency-Key"))
    key = request_key(request, std::string(dry_run ? "dry " : "") + digest_of(file));
  const Import import{file,
                      format,
                      currency_,
                      dry_run,
                      request.trace.traceparent(),
                      kit::Deadline(request.deadline.at() - TIME_TO_COMMIT)};
  ImportReport done;
  const auto rendered = [&](const ImportReport& report) {
    done = report;
    return kit::db::StoredResponse{200, render(report, dry_run).dump(), std::nullopt};
  };
  const auto stored = store_.import(import, key, rendered, request.deadline);
  if (!dry_run) {
    count("created", done.created);
    count("updated", done.updated);
    count("unchanged", done.unchanged);
  }
  return kit::http::response_of(stored);
} catch (const ImportRefused& error) {
  count("refused", error.errors.total());
  throw;
}

}  // namespace product
