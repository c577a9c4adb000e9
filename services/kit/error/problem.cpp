#include "services/kit/error/problem.hpp"

namespace kit {

Problem::Problem(int status, std::string title, std::string detail)
    : status_(status), title_(std::move(title)), detail_(std::move(detail)) {}

Problem& Problem::field(std::string name, std::string reason) {
  fields_.push_back({std::move(name), std::move(reason)});
  return *this;
}

Problem& Problem::with(const std::string& key, nlohmann::json value) {
  extensions_[key] = std::move(value);
  return *this;
}

Problem& Problem::header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

nlohmann::json Problem::body() const {
  nlohmann::json out = extensions_;
  out["type"] = "about:blank";
  out["title"] = title_;
  out["status"] = status_;
  if (!detail_.empty()) out["detail"] = detail_;
  if (!fields_.empty()) {
    auto& errors = out["errors"] = nlohmann::json::array();
    for (const auto& [name, reason] : fields_) errors.push_back({{"field", name}, {"reason", reason}});
  }
  return out;
}

namespace problem {

Problem malformed(std::string detail) { return Problem(400, "Malformed request", std::move(detail)); }

Problem invalid(std::vector<FieldError> fields) {
  std::string detail;
  for (const auto& [name, reason] : fields) detail += (detail.empty() ? "" : "; ") + name + " " + reason;
  Problem p(422, "Invalid request", std::move(detail));
  for (auto& [name, reason] : fields) p.field(std::move(name), std::move(reason));
  return p;
}

Problem invalid(std::string field, std::string reason) {
  return invalid(std::vector<FieldError>{{std::move(field), std::move(reason)}});
}

Problem unauthorized(std::string detail) {
  return Problem(401, "Unauthorized", std::move(detail)).header("WWW-Authenticate", "Bearer");
}

Problem forbidden(std::string detail) { return Problem(403, "Forbidden", std::move(detail)); }

Problem not_found(std::string title) { return Problem(404, std::move(title)); }

Problem conflict(std::string title, std::string detail) {
  return Problem(409, std::move(title), std::move(detail));
}

Problem overloaded(int retry_after_s) {
  return Problem(503, "Overloaded", "Too many requests at once; try again shortly.")
      .header("Retry-After", std::to_string(retry_after_s));
}

Problem unavailable(std::string what, int retry_after_s) {
  return Problem(503, "Unavailable", std::move(what) + " cannot be reached just now.")
      .header("Retry-After", std::to_string(retry_after_s));
}

}  // namespace problem
}  // namespace kit
