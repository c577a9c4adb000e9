#include "services/product/import/import_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/product/idempotency/answers.hpp"
#include "services/product/import/import_lines.hpp"
#include "services/product/import/import_store.hpp"

#include <algorithm>

namespace product::api {
namespace {

using kit::db::Transaction;
using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

// Two files at once (kit/http) fit in the 64 Mi that a pod has for them.
constexpr std::size_t MAX_BYTES = 30 * 1024 * 1024;
constexpr std::chrono::minutes MAX_TIME{4};

ImportFormat format_of(const Request& request) {
  const auto coding = request.headers.get("Content-Encoding");
  if (coding && *coding != "identity")
    throw kit::Problem(415, "Unsupported content coding", "Send the file as it is, not compressed.");
  std::string type(request.headers.get("Content-Type").value_or(""));
  std::erase_if(type, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
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

bool dry_run_of(const Request& request) {
  const auto text = request.query_value("dry_run");
  if (!text || *text == "false") return false;
  if (*text != "true") throw kit::http::bad_query("?dry_run", "must be true or false");
  return true;
}

kit::Problem refused(const LineErrors& errors) {
  auto list = nlohmann::json::array();
  for (const auto& [line, field, reason] : errors.sorted())
    list.push_back({{"line", line}, {"field", field}, {"reason", reason}});
  return kit::Problem(422, "Invalid import",
                      "Nothing was imported: " + std::to_string(errors.total()) + " things are wrong.")
      .with("errors", std::move(list))
      .with("error_count", errors.total());
}

Ordered render(const ImportReport& report, bool dry_run) {
  return {{"lines", report.lines},
          {"created", report.created},
          {"updated", report.updated},
          {"unchanged", report.unchanged},
          {"dry_run", dry_run}};
}

struct Routes {
  kit::db::Database& database;
  kit::Currency currency;
  kit::Metrics& metrics;

  void count(const char* result, std::int64_t lines) const {
    metrics.counter("import_lines_total", "Lines of imports, by what became of them.", {{"result", result}})
        .Increment(static_cast<double>(lines));
  }

  Response import(const Request& request) const try {
    const auto format = format_of(request);
    const bool dry_run = dry_run_of(request);
    const auto& file = *request.body_file;
    std::optional<IdempotencyKey> key;
    if (request.headers.get("Idempotency-Key"))
      key = key_of(request, std::string(dry_run ? "dry " : "") + digest_of(file));
    const Import wanted{file,
                        format,
                        currency,
                        dry_run,
                        request.trace.traceparent(),
                        kit::Deadline(request.deadline.at() - std::chrono::seconds(2))};
    ImportReport report;
    const auto answer = answer_once(database, "product_import", request.deadline, key, [&](Transaction& tx) {
      report = import_products(tx, wanted);
      return Answer{200, render(report, dry_run).dump(), std::nullopt};
    });
    if (!dry_run) {
      count("created", report.created);
      count("updated", report.updated);
      count("unchanged", report.unchanged);
    }
    return response_of(answer);
  } catch (const ImportRefused& error) {
    count("refused", error.errors.total());
    throw refused(error.errors);
  } catch (const ImportBusy&) {
    throw kit::problem::conflict("Import under way",
                                 "One import at a time: try again when the other has ended.")
        .header("Retry-After", "10");
  } catch (const ImportTooSlow&) {
    throw kit::Problem(504, "Deadline exceeded", "The import took too long; nothing of it was done.");
  } catch (const KeyReused&) {
    throw kit::http::key_reused();
  } catch (const pqxx::unique_violation&) {
    throw kit::problem::conflict("The catalog changed",
                                 "While the lines were checked somebody used one of "
                                 "their names or numbers; nothing was done, try again.");
  }
};

}  // namespace

void add_import_route(kit::http::Router& router, kit::db::Database& database, kit::Currency currency,
                      kit::Metrics& metrics) {
  const Routes routes{database, currency, metrics};
  for (const auto* result : {"created", "updated", "unchanged", "refused"}) routes.count(result, 0);
  kit::http::Route route{kit::http::Method::Post, "/api/products/import",
                         [routes](const Request& request) { return routes.import(request); }};
  route.max_request_bytes = MAX_BYTES;
  route.spool = true;
  route.deadline = MAX_TIME;
  router.add(std::move(route));
}

}  // namespace product::api
