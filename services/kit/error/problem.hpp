#pragma once
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit {

/// One thing wrong with one field of a request. `field` is its name or path ("quantity",
/// "lines[2].product_id",
/// "?limit" for the query, "path.id" for the path); `reason` completes the sentence "<field> ...".
struct FieldError {
  std::string field;
  std::string reason;
};

/// An error response (RFC 9457), thrown by handlers and rendered in one place (kit/http). Clients see all of
/// it: no secrets, no SQL.
class Problem : public std::exception {
 public:
  /// `title` is short and the same for all problems of the kind ("Product not found").
  explicit Problem(int status, std::string title, std::string detail = {});

  /// Names a field and what is wrong with it; may be called again for others.
  Problem& field(std::string name, std::string reason);
  /// Adds an extension member ("missing": [...]).
  Problem& with(const std::string& key, nlohmann::json value);
  /// Adds a response header ("Retry-After", "WWW-Authenticate").
  Problem& header(std::string name, std::string value);

  int status() const { return status_; }
  const std::string& title() const { return title_; }
  const std::string& detail() const { return detail_; }
  const std::vector<FieldError>& fields() const { return fields_; }
  const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }
  const char* what() const noexcept override { return title_.c_str(); }

  /// The body:
  /// {"type":"about:blank","title":…,"status":…,"detail":…,"errors":[{"field":…,"reason":…}],…extensions}.
  nlohmann::json body() const;

 private:
  int status_;
  std::string title_;
  std::string detail_;
  std::vector<FieldError> fields_;
  std::vector<std::pair<std::string, std::string>> headers_;
  nlohmann::json extensions_ = nlohmann::json::object();
};

/// Common problems, so that their words are the same everywhere.
namespace problem {
Problem malformed(std::string detail);                         ///< 400: cannot be read at all
Problem invalid(std::vector<FieldError> fields);               ///< 422: read, but breaks rules
Problem invalid(std::string field, std::string reason);        ///< 422
Problem unauthorized(std::string detail = {});                 ///< 401 with WWW-Authenticate: Bearer
Problem forbidden(std::string detail = {});                    ///< 403
Problem not_found(std::string title);                          ///< 404, "Product not found"
Problem conflict(std::string title, std::string detail = {});  ///< 409
Problem overloaded(int retry_after_s = 1);                     ///< 503 with Retry-After
Problem unavailable(std::string what, int retry_after_s = 2);  ///< 503, a dependency is away
}  // namespace problem

}  // namespace kit
