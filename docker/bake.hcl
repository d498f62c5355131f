# docker buildx bake -f docker/bake.hcl                       both platforms (the other one through emulation)
# docker buildx bake -f docker/bake.hcl --set '*.tags=registry.example.org/minimeet:0.1.0' --push
group "default" {
  targets = ["minimeet"]
}

target "minimeet" {
  context    = "."
  dockerfile = "docker/Dockerfile"
  platforms  = ["linux/amd64", "linux/arm64"]
  tags       = ["minimeet:local"]
}
