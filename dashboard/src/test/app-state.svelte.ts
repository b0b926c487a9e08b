let url = $state.raw(new URL('http://plant.test/'));

/** The page of `$app/state`, for tests of components. */
export const page = {
  get url(): URL {
    return url;
  },
};

let target = $state.raw<{ url: URL } | null>(null);

/** The running navigation of `$app/state`, for tests of components. */
export const navigating = {
  get to(): { url: URL } | null {
    return target;
  },
};

/** Begins a navigation that does not end; null ends it. */
export const navigate = (address: string | null): void => {
  target = address === null ? null : { url: new URL(address, url) };
};

/** `goto` of `$app/navigation`, for tests of components. */
export const goto = async (address: string): Promise<void> => {
  url = new URL(address, url);
};
