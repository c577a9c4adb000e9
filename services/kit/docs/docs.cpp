#include "services/kit/docs/docs.hpp"

#include "services/kit/docs/join.hpp"
#include "services/kit/json/yaml.hpp"

extern const std::vector<kit::EmbeddedFile> kit_docs_page;

namespace kit::docs {
namespace {

using http::Request;
using http::Response;

constexpr const char* POLICY =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct File {
  std::string name, type, text;
};

std::string type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  throw std::logic_error("a page of an unknown type: " + std::string(name));
}

Response answer(const std::string& text, const std::string& type) {
  auto response = Response::text(text, type);
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

Response page(const File& file) {
  auto response = answer(file.text, file.type);
  response.headers.set("Content-Security-Policy", POLICY);
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace

void add_openapi(http::Router& router, const std::vector<EmbeddedFile>& files) {
  const std::string text(files.at(0).text);
  router.get(
      "/openapi.yaml", [text](const Request&) { return answer(text, "application/yaml"); },
      http::Lane::Direct);
}

void add_docs(http::Router& router, const std::vector<Source>& sources) {
  std::vector<Part> parts;
  for (const auto& [service, files] : sources)
    parts.push_back(
        {service,
         json::parse_yaml(std::string(files.at(0).text), std::string(service) + "/openapi.yaml").at(0)});
  const auto whole = join(parts, "Shopkeeper", SHOPKEEPER_VERSION).dump();
  router.get(
      "/api/openapi.json", [whole](const Request&) { return answer(whole, "application/json"); },
      http::Lane::Direct);

  std::vector<File> files;
  for (const auto& [name, text] : kit_docs_page)
    files.push_back({std::string(name), type_of(name), std::string(text)});
  router.get(
      "/api/docs",
      [files](const Request&) {
        for (const auto& file : files)
          if (file.name == "docs.html") return page(file);
        throw std::logic_error("no docs.html");
      },
      http::Lane::Direct);
  router.get(
      "/api/docs/{file}",
      [files](const Request& request) {
        for (const auto& file : files)
          if (file.name == request.param("file")) return page(file);
        throw problem::not_found("Page not found");
      },
      http::Lane::Direct);
}

}  // namespace kit::docs
