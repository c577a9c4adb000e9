#include "services/kit/http/message/message.hpp"

#include "services/kit/encoding/text.hpp"
#include "services/kit/json/reader.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace kit::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> method_names{{
    {Method::Get, "GET"},
    {Method::Head, "HEAD"},
    {Method::Post, "POST"},
    {Method::Put, "PUT"},
    {Method::Patch, "PATCH"},
    {Method::Delete, "DELETE"},
    {Method::Options, "OPTIONS"},
}};

/// "application/json" or "application/<anything>+json", parameters aside.
bool is_json(std::string_view content_type) {
  const std::string type = lower(trim(content_type.substr(0, content_type.find(';'))));
  if (type == "application/json") return true;
  return type.starts_with("application/") && type.ends_with("+json");
}

Response with_body(int status, std::string content_type, std::string body) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

/// Text that came from elsewhere may not be UTF-8; an answer with U+FFFD in it is better than none.
template <class Json>
std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string_view to_string(Method method) {
  for (const auto& [value, name] : method_names)
    if (value == method) return name;
  return "?";
}

std::optional<Method> parse_method(std::string_view text) {
  for (const auto& [value, name] : method_names)
    if (name == text) return value;
  return std::nullopt;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (equal_ignoring_case(key, name)) return value;
  return std::nullopt;
}

std::string Headers::joined(std::string_view name) const {
  std::string out;
  for (const auto& [key, value] : fields_)
    if (equal_ignoring_case(key, name)) out += (out.empty() ? "" : ",") + value;
  return out;
}

void Headers::set(std::string name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return equal_ignoring_case(field.first, name); });
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

const std::string& Request::param(std::string_view name) const {
  const auto found = params.find(name);
  if (found == params.end())
    throw std::logic_error("route " + pattern + " has no parameter " + std::string(name));
  return found->second;
}

std::int64_t Request::id(std::string_view name) const {
  return json::parse_id(param(name), "path." + std::string(name));
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

const identity::Principal& Request::require_principal() const {
  if (!principal) throw problem::unauthorized("A valid access token is needed.");
  return *principal;
}

nlohmann::json Request::json() const {
  if (!is_json(headers.get("Content-Type").value_or("")))
    throw Problem(415, "Unsupported media type", "Send the body as application/json.");
  return json::parse(body);
}

Response Response::json(const nlohmann::json& value, int status) {
  return with_body(status, "application/json", dump(value));
}

Response Response::ordered(const nlohmann::ordered_json& value, int status) {
  return with_body(status, "application/json", dump(value));
}

Response Response::text(std::string body, std::string content_type) {
  return with_body(200, std::move(content_type), std::move(body));
}

Response Response::no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response Response::problem(const Problem& problem) {
  auto response = with_body(problem.status(), "application/problem+json", dump(problem.body()));
  for (const auto& [name, value] : problem.headers()) response.headers.set(name, value);
  return response;
}

Response Response::events(std::function<void(std::shared_ptr<EventStream>)> opened) {
  auto response = with_body(200, "text/event-stream", {});
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Accel-Buffering", "no");
  response.stream = std::move(opened);
  return response;
}

}  // namespace kit::http
