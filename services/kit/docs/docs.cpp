#include "services/kit/docs/docs.hpp"

#include <algorithm>
#include <stdexcept>

extern const std::vector<kit::EmbeddedFile> kit_docs_page;

namespace kit::docs {
namespace {

using http::Request;
using http::Response;

constexpr const char* POLICY =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  throw std::logic_error("a page of an unknown type: " + std::string(name));
}

Response answer(std::string_view text, const std::string& type) {
  auto response = Response::text(std::string(text), type);
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

Response page(std::string_view name) {
  const auto file = std::find_if(kit_docs_page.begin(), kit_docs_page.end(),
                                 [&](const EmbeddedFile& one) { return one.name == name; });
  if (file == kit_docs_page.end()) throw problem::not_found("Page not found");
  auto response = answer(file->text, type_of(name));
  response.headers.set("Content-Security-Policy", POLICY);
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace

void add_openapi(http::Router& router, const std::vector<EmbeddedFile>& files) {
  router.get(
      "/openapi.yaml", [text = files.at(0).text](const Request&) { return answer(text, "application/yaml"); },
      http::Lane::Direct);
}

void add_docs(http::Router& router, const std::vector<EmbeddedFile>& whole) {
  router.get(
      "/api/openapi.json",
      [text = whole.at(0).text](const Request&) { return answer(text, "application/json"); },
      http::Lane::Direct);
  router.get(
      "/api/docs", [](const Request&) { return page("docs.html"); }, http::Lane::Direct);
  router.get(
      "/api/docs/{file}", [](const Request& request) { return page(request.param("file")); },
      http::Lane::Direct);
}

}  // namespace kit::docs
