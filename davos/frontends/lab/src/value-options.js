// The options that take a value: davos' own tables. tests/frontends/lab writes this text.

export default {
  pip: (
    '--abi --all-releases --build --build-constraint --build-dir --build-directory --cache-dir ' +
    '--cert --client-cert --config-settings --constraint --default-timeout --editable ' +
    '--exists-action --extra-index-url --find-links --global-option --group --hash --implementation ' +
    '--index-url --install-option --keyring-provider --local-log --log --log-file --no-binary ' +
    '--only-binary --only-final --platform --prefix --progress-bar --proxy --pypi-url --python ' +
    '--python-version --refresh-package --report --requirement --requirements-from-script ' +
    '--resume-retries --retries --root --root-user-action --source --source-dir --source-directory ' +
    '--src --target --timeout --trusted-host --upgrade-strategy --uploaded-prior-to ' +
    '--use-deprecated --use-feature -C -b -c -e -f -i -r -t'
  ).split(' '),
  uv: (
    '--allow-insecure-host --build-constraint --build-constraints --cache-dir --cert --color ' +
    '--config-file --config-setting --config-settings --config-settings-package --constraint ' +
    '--constraints --default-index --directory --editable --exclude --exclude-newer ' +
    '--exclude-newer-package --excludes --extra --extra-index-url --find-links --fork-strategy ' +
    '--group --hash --index --index-strategy --index-url --keyring-provider --link-mode --no-binary ' +
    '--no-build-isolation-package --no-editable-package --no-sources-package --only-binary ' +
    '--output-format --override --overrides --prefix --prerelease --prerelease-package --project ' +
    '--python --python-platform --python-version --refresh-package --reinstall-package ' +
    '--requirement --requirements --resolution --target --torch-backend --trusted-host ' +
    '--upgrade-group --upgrade-package -C -P -b -c -e -f -i -p -r -t'
  ).split(' '),
  conda: (
    '--channel --console --env-spec --environment-specifier --exclude-newer --experimental ' +
    '--experimental-solver --file --format --name --platform --prefix --repodata-fn --revision ' +
    '--shortcuts-only --solver --subdir -c -f -n -p'
  ).split(' '),
};
